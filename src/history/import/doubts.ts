// Lists of this import that were refused because they are unlike what is stored. A third list that
// agrees with two of them is believed: so a history in which a market grew for good is judged as it
// would have been live. They are stored in no table, so the last two of each series are kept here.
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { RankedProduct } from '../../snapshot/build.ts';
import type { EarlierList } from '../../snapshot/earlier.ts';
import { DOUBTED_BEFORE } from '../../snapshot/new-normal.ts';

type Refused = { slotAt: Instant; rows: readonly RankedProduct[] };

export type Doubts = {
  /** The doubtful lists just before a slot, newest first, at least half an interval apart. */
  before(list: ListKind, seriesId: number, slotAt: Instant, intervalMs: number): EarlierList[];
  add(seriesId: number, refused: Refused): void;
  /** Called when a list of the series was believed: earlier doubtful ones no longer count. */
  end(seriesId: number): void;
};

/**
 * Remembers, for one import, the doubtful lists of each series that may turn out to be its new
 * normal.
 */
export function openDoubts(): Doubts {
  const bySeries = new Map<number, Refused[]>();
  return {
    before: (list, seriesId, slotAt, intervalMs) => {
      const found: EarlierList[] = [];
      let from = slotAt;
      for (const refused of bySeries.get(seriesId) ?? []) {
        if (from - refused.slotAt < intervalMs / 2) continue;
        found.push(asEarlier(list, refused, slotAt));
        from = refused.slotAt;
      }
      return found;
    },
    add: (seriesId, refused) => {
      const known = bySeries.get(seriesId) ?? [];
      bySeries.set(seriesId, [refused, ...known].slice(0, DOUBTED_BEFORE));
    },
    end: (seriesId) => {
      bySeries.delete(seriesId);
    },
  };
}

const asEarlier = (
  { metrics: declared }: ListKind,
  { slotAt, rows }: Refused,
  now: Instant,
): EarlierList => ({
  slotAt,
  ageMs: now - slotAt,
  total: null,
  rows: new Map(
    rows.map(({ product, rank, metrics }) => [
      product.upstreamId,
      { rank, values: declared.map(({ column }) => metrics[column] ?? null) },
    ]),
  ),
});
