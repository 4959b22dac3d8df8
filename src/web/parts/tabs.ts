// Choices as links in a row, the chosen one marked.
import { html } from 'ghtml';

export type Tab = { label: string; count?: number | undefined; href: string; isChosen: boolean };

/** Tabs with their counts: `Climbers 222`. `label` is what is chosen from, for screen readers. */
export const tabs = (label: string, all: readonly Tab[]): string =>
  html`<nav class="tabs" aria-label="${label}">!${all.map(tab).join('')}</nav>`;

const tab = ({ label, count, href, isChosen }: Tab): string =>
  html`<a href="${href}"!${isChosen ? ' aria-current="true"' : ''}>${label}!${count === undefined ? '' : html` <span>${String(count)}</span>`}</a>`;
