// The heading of what is shown against a baseline, in the words of mails and terminal.
import { html } from 'ghtml';
import type { Shown } from '../../report/shown.ts';
import {
  baselineLine,
  listText,
  nothingText,
  ofDateText,
  staleNote,
} from '../../terminal/comparison-text.ts';
import { withTyped } from './command.ts';
import type { PageContext } from './page.ts';
import { fullTime } from './times.ts';

/** `US, 1-day window, top 500 · Fri 2026-11-20 06:00 UTC, complete · against …` */
export function comparisonHtml(ctx: PageContext, shown: Shown): string {
  const { comparison, query } = shown;
  const zone = ctx.deps.config.timezone;
  if (comparison === null) return html`<p>${withTyped(ctx, nothingText(shown, zone))}</p>`;
  const { snapshot, list } = comparison;
  const note = staleNote(shown, zone);
  const moved = snapshot.moved
    ? html`<p>The list moved while it was read: neighbouring ranks may be off by a few.</p>`
    : '';
  const stale = note === null ? '' : html`<p class="warn">${note}</p>`;
  return html`<p>${listText(list)} · <strong>!${fullTime(snapshot.slotAt, zone)}</strong>${ofDateText(list, snapshot)},
${snapshot.status} · !${wholeDates(html`${baselineLine(comparison, query.compare, zone)}`)}</p>
!${moved}!${stale}`;
}

/** No date is broken at its hyphens. */
const wholeDates = (text: string): string =>
  text.replace(/\d{4}-\d\d-\d\d/g, '<span class="whole">$&</span>');
