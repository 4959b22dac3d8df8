// What the database has of a watch, month by month, with what each snapshot's or alert's rows
// depend on.
import { hash } from 'node:crypto';
import { baselineSql, evaluatedSql, PREVIOUS } from '../../change/baseline.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import { standingColumns } from '../snapshots/standing-columns.ts';
import { openNameDigests, type NamesAt } from './names.ts';
import type { DbUnit } from './unit.ts';
import { isSelected, shownSql, type Selection } from './selection.ts';
import { unitKey } from './unit.ts';
import type { ExportView } from './views.ts';

export type WatchUnits = {
  /** By month, `2026-11`; each in the order of its keys. */
  months: ReadonlyMap<string, DbUnit[]>;
  /** Slots of all snapshots with rows, whatever their status. */
  held: ReadonlySet<string>;
};

type Row = { id: number; series_id: number; slot_at: Instant; facts: string };

/**
 * Reads the units of a watch. `columns` identifies the columns of the files: if they change, all
 * units must be written anew. Run in a read transaction.
 */
export function readWatchUnits(
  db: ReadOnlyDb,
  selection: Selection,
  watch: string,
  columns: string,
  names: NamesAt = openNameDigests(db)(watch),
): WatchUnits {
  const columnsDigest = hash('sha256', columns, 'base64url');
  const months = new Map<string, DbUnit[]>();
  const unitsOf = UNITS_OF[selection.view];
  for (const { id, key, slotAt, seriesId, facts, deps } of unitsOf(db, watch, selection.list)) {
    if (!isSelected(selection, slotAt)) continue;
    const month = key.slice(0, '2026-11'.length);
    const list = months.get(month) ?? [];
    months.set(month, list);
    const all = `${columnsDigest}\n${facts}\n${names(seriesId, slotAt)}`;
    const digest = hash('sha256', all, 'base64url').slice(0, DIGEST_LENGTH);
    list.push({ id, key, digest, deps });
  }
  const held = db
    .prepare<[string], Instant>(
      `SELECT s.slot_at FROM snapshots s JOIN watches w ON w.id = s.watch_id
      WHERE w.name = ? AND s."rows" > 0`,
    )
    .pluck()
    .all(watch);
  return { months, held: new Set(held.map(isoTime)) };
}

/** 96 bits: two of a million units that differ and look the same are one chance in 10^17. */
const DIGEST_LENGTH = 16;

type Unit = {
  id: number;
  key: string;
  slotAt: Instant;
  seriesId: number;
  /** All that its rows are made of, except the names of products. */
  facts: string;
  deps: string[];
};

const SNAPSHOT_FACTS = 'json_array(s.slot_at, s.status, s.taken_at, s."rows", hex(s.content_hash))';

function* snapshotUnits(db: ReadOnlyDb, watch: string, list: ListKind): Generator<Unit> {
  const rows = db
    .prepare<[string, string], Row & { is_evaluated: 0 | 1 }>(
      `SELECT s.id, s.series_id, s.slot_at, ${SNAPSHOT_FACTS} AS facts,
        ${evaluatedSql('s.status')} AS is_evaluated
      FROM snapshots s JOIN watches w ON w.id = s.watch_id
        JOIN series se ON se.id = s.series_id
      WHERE w.name = ? AND se.source = ? AND ${shownSql('history')} ORDER BY s.slot_at`,
    )
    .all(watch, list.seriesSource);
  // What is not evaluated makes no records: names of products that were never seen otherwise.
  const namesIn = db
    .prepare<[number], string>(
      `SELECT json_group_array(json_array(upstream_id, name, category_l1, category_l2))
      FROM (SELECT p.* FROM ${list.table} o JOIN products p ON p.id = o.product_id
        WHERE o.snapshot_id = ? ORDER BY p.upstream_id)`,
    )
    .pluck();
  for (const {
    id,
    series_id: seriesId,
    slot_at: slotAt,
    is_evaluated: isEvaluated,
    ...row
  } of rows) {
    const facts = isEvaluated === 1 ? row.facts : `${row.facts} ${namesIn.get(id) ?? ''}`;
    yield { id, key: unitKey(isoTime(slotAt)), slotAt, seriesId, facts, deps: [] };
  }
}

/**
 * A change is made of its own snapshot, its baseline and what lies between: the record of a product
 * that left is that of its last sighting. Best ranks, streaks and z-scores of older history are in
 * the standings stored with the rows; an import that is not finished yet has not stored them, and
 * one of older lists changes them.
 */
function* changeUnits(db: ReadOnlyDb, watch: string, list: ListKind): Generator<Unit> {
  const rows = db
    .prepare<[string, string], Row & { baseline_id: number | null }>(
      `SELECT s.id, s.series_id, s.slot_at, ${SNAPSHOT_FACTS} AS facts,
        ${baselineSql(PREVIOUS)} AS baseline_id
      FROM snapshots s JOIN watches w ON w.id = s.watch_id
        JOIN series se ON se.id = s.series_id
      WHERE w.name = ? AND se.source = ? AND ${shownSql('changes')} ORDER BY s.slot_at`,
    )
    .all(watch, list.seriesSource);
  const standings = db
    .prepare<[number], string>(
      `SELECT json_array(count(rank_best), ${standingColumns(list)
        .map((column) => `total(${column} * rank)`)
        .join(', ')})
      FROM ${list.table} WHERE snapshot_id = ?`,
    )
    .pluck();
  const pasts = new Map<number, { id: number; slot: string; facts: string }[]>();
  for (const { id, series_id: seriesId, slot_at: slotAt, facts, baseline_id: baselineId } of rows) {
    const past = pasts.get(seriesId) ?? [];
    pasts.set(seriesId, past);
    const own = { id, slot: isoTime(slotAt), facts: `${facts} ${standings.get(id) ?? ''}` };
    const from = baselineId === null ? -1 : past.findLastIndex((step) => step.id === baselineId);
    const between = from === -1 ? [] : past.slice(from);
    yield {
      id,
      key: unitKey(own.slot),
      slotAt,
      seriesId,
      facts: [own, ...between].map((step) => step.facts).join('\n'),
      deps: between.map(({ slot }) => slot),
    };
    past.push(own);
  }
}

function* alertUnits(db: ReadOnlyDb, watch: string, list: ListKind): Generator<Unit> {
  const rows = db
    .prepare<[string, string], Row & { rule: string; product: string }>(
      `SELECT a.id, a.series_id, a.slot_at, ru.name AS rule, p.upstream_id AS product,
        json_array(a.id, a.rule_revision, a.severity, a.fired_at, a.quiet, a.told_slot_at,
          a.resolved_slot_at, a.resolved_at, a.resolved_reason, length(a.evidence)) AS facts
      FROM alerts a JOIN watches w ON w.id = a.watch_id JOIN rules ru ON ru.id = a.rule_id
        JOIN products p ON p.id = a.product_id JOIN series se ON se.id = a.series_id
      WHERE w.name = ? AND se.source = ? ORDER BY a.slot_at, ru.name, p.upstream_id`,
    )
    .all(watch, list.seriesSource);
  for (const { id, series_id: seriesId, slot_at: slotAt, facts, rule, product } of rows) {
    const key = unitKey(isoTime(slotAt), rule, product);
    yield { id, key, slotAt, seriesId, facts, deps: [] };
  }
}

const UNITS_OF: Record<
  ExportView,
  (db: ReadOnlyDb, watch: string, list: ListKind) => Iterable<Unit>
> = {
  history: snapshotUnits,
  changes: changeUnits,
  alerts: alertUnits,
};
