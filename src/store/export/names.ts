import { hash } from 'node:crypto';
import type { Instant } from '../../lib/clock.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';

/** Of the names known in a series at a slot. From call to call the slot must not go back. */
export type NamesAt = (seriesId: number, slotAt: Instant) => string;

/** A digest has so many numbers of 32 bits; those of several products add up to that of all. */
const LANES = 4;

/** What was first seen at one slot: the sum of the digests of its names. */
type Seen = { at: Instant; sum: Uint32Array };

/**
 * A product has one name, its latest, in all its rows: when it is renamed, every snapshot since it
 * was first seen changes, and none before. Gives the digests of the names that the series of a
 * watch know. The name of each product is read once, for as long as the database stays as it is.
 */
export function openNameDigests(db: ReadOnlyDb): (watch: string) => NamesAt {
  const records = db
    .prepare<[string], [number, string, string]>(
      // As two texts for each series: row by row it takes twice the time.
      `SELECT r.series_id, json_group_array(r.first_seen_at), json_group_array(r.product_id)
      FROM watches w JOIN series se ON se.watch_id = w.id
        JOIN product_records r ON r.series_id = se.id
      WHERE w.name = ? GROUP BY r.series_id`,
    )
    .raw();
  const name = db
    .prepare<[number], string>(
      'SELECT json_array(upstream_id, name, category_l1, category_l2) FROM products WHERE id = ?',
    )
    .pluck();
  const digests = new Map<number, Uint32Array>();
  const digestOf = (product: number): Uint32Array => {
    let digest = digests.get(product);
    if (digest === undefined) {
      const bytes = hash('sha256', name.get(product) ?? '', 'buffer');
      digest = Uint32Array.from({ length: LANES }, (_, lane) => bytes.readUInt32LE(4 * lane));
      digests.set(product, digest);
    }
    return digest;
  };
  return (watch) => {
    const series = new Map<number, Map<Instant, Seen>>();
    for (const [seriesId, instants, products] of records.all(watch)) {
      const slots = new Map<Instant, Seen>();
      series.set(seriesId, slots);
      const at = JSON.parse(instants) as Instant[];
      for (const [index, product] of (JSON.parse(products) as number[]).entries()) {
        const firstAt = at[index] as Instant;
        let seen = slots.get(firstAt);
        if (seen === undefined)
          slots.set(firstAt, (seen = { at: firstAt, sum: new Uint32Array(LANES) }));
        addTo(seen.sum, digestOf(product));
      }
    }
    return sumsBySlot(series);
  };
}

function sumsBySlot(series: ReadonlyMap<number, ReadonlyMap<Instant, Seen>>): NamesAt {
  const states = new Map(
    [...series].map(([seriesId, slots]) => {
      const seen = [...slots.values()].sort((a, b) => a.at - b.at);
      return [seriesId, { seen, next: 0, sum: new Uint32Array(LANES), text: '' }];
    }),
  );
  return (seriesId, slotAt) => {
    const state = states.get(seriesId);
    if (state === undefined) return '';
    const from = state.next;
    for (let seen = state.seen[from]; seen !== undefined && seen.at <= slotAt;) {
      addTo(state.sum, seen.sum);
      seen = state.seen[++state.next];
    }
    if (state.next > from) state.text = state.sum.join(' ');
    return state.text;
  };
}

function addTo(sum: Uint32Array, more: Uint32Array): void {
  for (let lane = 0; lane < LANES; lane++) sum[lane] = (sum[lane] ?? 0) + (more[lane] ?? 0);
}
