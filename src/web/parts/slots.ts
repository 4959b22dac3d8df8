// A slot as a small square: its colour shows what came of it, its text says why.
import { html } from 'ghtml';
import { cleanText } from '../../lib/text.ts';
import { zonedTime } from '../../lib/zoned-time.ts';
import type { WatchSlot } from '../../store/reading/watch-slots.ts';
import type { PageContext } from './page.ts';

/** `Fri 2026-11-20 06:00: suspect, 120 rows where 500 were before` */
export function slotText(slot: WatchSlot, timeZone: string): string {
  const why = slot.reason === null ? '' : `, ${cleanText(slot.reason)}`;
  const date = slot.dataDate === null ? '' : ` (data of ${slot.dataDate})`;
  return `${zonedTime(slot.slotAt, timeZone)}${date}: ${slot.status}${why}`;
}

/** The square of a slot inside something that is a link already. */
export const slotCell = ({ deps }: PageContext, slot: WatchSlot): string =>
  html`<span class="cell ${slot.status}" title="${slotText(slot, deps.config.timezone)}"></span>`;

/** A status with its colour: never the colour alone. */
export const statusCell = (status: string): string =>
  html`<span class="status"><span class="cell ${status}"></span>${status}</span>`;
