import { html } from 'ghtml';
import type { LeftPart } from '../../store/lake/left.ts';
import { leftText } from '../../words/left-text.ts';

/** Says what is in a lake alone; nothing where all is here. */
export const leftHtml = (left: LeftPart | null, timeZone: string): string =>
  left === null ? '' : html`<p class="warn">${leftText(left, timeZone)}</p>`;
