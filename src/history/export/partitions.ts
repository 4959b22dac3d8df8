// What there is to export, by watch and month, and a fingerprint of each: a month whose fingerprint did not change need
// not be written again.
import { createHash, type Hash } from 'node:crypto';
import { isoTime, type Instant } from '../../lib/clock.ts';
import type { ReadOnlyDb } from '../../store/open-readonly.ts';
import type { ExportView } from './views.ts';

/** Bounds are slots; `untilAt` is exclusive. */
export type Selection = {
  view: ExportView;
  watches: readonly string[] | null;
  sinceAt: Instant | null;
  untilAt: Instant | null;
};

export type Partition = {
  watch: string;
  /** `2026-11`, in UTC. */
  month: string;
  /** Its snapshots, or alerts, in the order they are written. */
  units: PartitionUnit[];
  /** Covers everything its rows are made of: its own snapshots, what they are compared with, and the names of products. */
  fingerprint: string;
};

/** `key` names it in whatever database: the slot of a snapshot, or the id of an alert. */
export type PartitionUnit = { id: number; key: number };

type Unit = { id: number; series_id: number; slot_at: Instant; facts: string };

/** How many snapshots, or alerts, there are to export. */
export function countUnits(db: ReadOnlyDb, selection: Selection): number {
  return listWatches(db, selection).reduce(
    (sum, watch) =>
      sum +
      listUnits(db, selection.view, watch).filter(({ slot_at: slotAt }) =>
        isSelected(selection, slotAt),
      ).length,
    0,
  );
}

/** Ordered by watch and month; one watch in memory at a time. */
export function* listPartitions(db: ReadOnlyDb, selection: Selection): Generator<Partition> {
  for (const watch of listWatches(db, selection)) yield* partitionsOf(db, selection, watch);
}

function* partitionsOf(db: ReadOnlyDb, selection: Selection, watch: string): Generator<Partition> {
  const names = nameDigests(db, watch);
  const pasts = new Map<number, Hash>();
  const partitions = new Map<string, { units: PartitionUnit[]; hash: Hash }>();
  for (const { id, series_id: seriesId, slot_at: slotAt, facts } of listUnits(
    db,
    selection.view,
    watch,
  )) {
    // A change depends on every earlier snapshot of its series: on the baseline, and through best ranks and streaks on all.
    let past = pasts.get(seriesId);
    if (past === undefined) pasts.set(seriesId, (past = createHash('sha256')));
    past.update(`${id} ${slotAt} ${facts}\n`);
    if (!isSelected(selection, slotAt)) continue;
    const month = isoTime(slotAt).slice(0, 7);
    let partition = partitions.get(month);
    if (partition === undefined)
      partitions.set(month, (partition = { units: [], hash: createHash('sha256') }));
    partition.units.push({ id, key: selection.view === 'alerts' ? id : slotAt });
    partition.hash
      .update(selection.view === 'changes' ? past.copy().digest() : `${id} ${slotAt} ${facts}\n`)
      .update(names(seriesId, monthEnd(month)));
  }
  // Units come by slot, so months ascend.
  for (const [month, { units, hash }] of partitions)
    yield { watch, month, units, fingerprint: hash.digest('hex') };
}

const isSelected = ({ sinceAt, untilAt }: Selection, slotAt: Instant): boolean =>
  (sinceAt === null || slotAt >= sinceAt) && (untilAt === null || slotAt < untilAt);

function listWatches(db: ReadOnlyDb, { watches }: Selection): string[] {
  const all = db.prepare<[], string>('SELECT name FROM watches ORDER BY name').pluck().all();
  return watches === null ? all : all.filter((name) => watches.includes(name));
}

function listUnits(db: ReadOnlyDb, view: ExportView, watch: string): Unit[] {
  if (view === 'alerts') {
    return db
      .prepare<[string], Unit>(
        `SELECT a.id, a.series_id, a.slot_at, json_array(a.quiet, a.told_slot_at, a.resolved_slot_at, a.resolved_at, a.resolved_reason) AS facts
      FROM alerts a JOIN watches w ON w.id = a.watch_id WHERE w.name = ? ORDER BY a.slot_at, a.id`,
      )
      .all(watch);
  }
  const statuses = view === 'changes' ? "s.status IN ('complete', 'partial')" : 's."rows" > 0';
  return db
    .prepare<[string], Unit>(
      `SELECT s.id, s.series_id, s.slot_at, json_array(s.status, s.taken_at, s."rows", s.interval_ms, hex(s.content_hash)) AS facts
    FROM snapshots s JOIN watches w ON w.id = s.watch_id WHERE w.name = ? AND ${statuses} ORDER BY s.slot_at`,
    )
    .all(watch);
}

/**
 * A product has one name, its latest, in all its rows: when it is renamed, every month since it was first seen changes.
 * Digests of the names known in a series by some instant, which must not go back from call to call of one series.
 */
function nameDigests(db: ReadOnlyDb, watch: string): (seriesId: number, until: Instant) => Buffer {
  const rows = db
    .prepare<[string], [number, Instant, string]>(
      `SELECT r.series_id, r.first_seen_at, json_array(p.upstream_id, p.name, p.category_l1, p.category_l2)
    FROM watches w JOIN series se ON se.watch_id = w.id JOIN product_records r ON r.series_id = se.id JOIN products p ON p.id = r.product_id
    WHERE w.name = ? ORDER BY r.series_id, r.first_seen_at, p.upstream_id`,
    )
    .raw()
    .all(watch);
  const series = new Map<
    number,
    { rows: [Instant, string][]; next: number; hash: Hash; digest: Buffer | null }
  >();
  for (const [seriesId, firstSeenAt, name] of rows) {
    let known = series.get(seriesId);
    if (known === undefined)
      series.set(
        seriesId,
        (known = { rows: [], next: 0, hash: createHash('sha256'), digest: null }),
      );
    known.rows.push([firstSeenAt, name]);
  }
  return (seriesId, until) => {
    const known = series.get(seriesId);
    if (known === undefined) return Buffer.alloc(0);
    for (
      let row = known.rows[known.next];
      row !== undefined && row[0] < until;
      row = known.rows[++known.next]
    ) {
      known.hash.update(row[1]);
      known.digest = null;
    }
    return (known.digest ??= known.hash.copy().digest());
  };
}

function monthEnd(month: string): Instant {
  const [year = NaN, number = NaN] = month.split('-').map(Number);
  return Date.UTC(year, number, 1);
}
