// Text that came from elsewhere, on a page.
import { html } from 'ghtml';
import { cleanText } from '../../lib/text.ts';

/**
 * A name as it was served: it may be written from right to left, and must not turn round what
 * stands beside it.
 */
export const name = (text: string): string => html`<bdi>${cleanText(text)}</bdi>`;

/** Escaped text. */
export const text = (value: string): string => html`${value}`;

/** Pieces of HTML in a row. */
export const join = (pieces: readonly string[]): string => pieces.join('');

/** Text that only screen readers say. */
export const heard = (words: string): string => html`<span class="heard">${words}</span>`;
