// A slot as a small square: its colour shows what came of it, its text says why.
import { html } from 'ghtml';
import { cleanText } from '../../lib/text.ts';
import { zonedTime } from '../../lib/zoned-time.ts';
import type { Db } from '../../store/file/open.ts';
import type { WatchSlot } from '../../store/reading/watch-slots.ts';
import { getQuery } from '../../store/series/series.ts';
import { ofDateText } from '../../terminal/comparison-text.ts';
import type { PageContext } from './page.ts';

/** `Fri 2026-11-20 06:00: suspect, 120 rows where 500 were before` */
export function slotText({ deps }: PageContext, slot: WatchSlot): string {
  const why = slot.reason === null ? '' : `, ${cleanText(slot.reason)}`;
  const at = zonedTime(slot.slotAt, deps.config.timezone);
  const where = slot.place === undefined ? '' : '; in the lake alone';
  return `${at}${slotDate(deps.db, slot)}: ${slot.status}${why}${where}`;
}

/** ` (data of 2026-11-24)`, ` (week of 2026-11-16)`: what a slot is of; nothing for a list of now. */
export const slotDate = (db: Db, slot: Pick<WatchSlot, 'seriesId' | 'dataDate'>): string =>
  slot.dataDate === null ? '' : ofDateText(getQuery(db, slot.seriesId), slot);

/** The square of a slot inside something that is a link already. */
export const slotCell = (ctx: PageContext, slot: WatchSlot): string =>
  html`<span class="cell ${slot.status}" title="${slotText(ctx, slot)}"></span>`;

/** A status with its colour: never the colour alone. */
export const statusCell = (status: string): string =>
  html`<span class="status"><span class="cell ${status}"></span>${status}</span>`;
