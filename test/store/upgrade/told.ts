// What of a file must be the same in whichever version the story went on. Only what both have is read.
import type Database from 'better-sqlite3';
import { changeText } from '../../support/evidence.ts';

/**
 * By table; columns that an earlier version had, but for ids of deliveries, which are drawn, and words. `*`: all that the
 * earlier version had, so that a list may gain a metric.
 */
const TOLD: Record<string, string> = {
  watches: 'id, name, schedule, timezone, active, scheduled_from_at',
  series:
    'id, watch_id, source, region, time_scope, category, keyword, depth, query_key, created_at',
  products: 'id, upstream_id, name, category_l1, category_l2, updated_at',
  snapshots:
    'id, watch_id, series_id, slot_at, taken_at, status, reason, moved, origin, "rows", set_aside, total, pages, interval_ms, hex(content_hash)',
  observations: '*',
  product_records: '*',
  rules: 'id, name, revision, semantic_hash, active',
  rule_watermarks: '*',
  rule_states:
    'rule_id, series_id, product_id, state, for_count, clear_count, alert_id, told_slot_at',
  alerts:
    'id, rule_id, watch_id, series_id, product_id, snapshot_id, baseline_id, slot_at, quiet, told_slot_at, resolved_slot_at, resolved_reason, evidence',
  notifications: 'id, key, type, channel, watch_id, snapshot_id, created_at',
  notification_alerts: '*',
  changes: '*',
  changes_7d: '*',
  leaderboard: '*',
  history: '*',
};

/** The row of an alert, with the change row of the evidence that stands last, and no column that came later. */
function withChange(
  raw: Database.Database,
  row: readonly string[],
  then: Record<string, string>,
): string[] {
  const change = changeText(raw, row.at(-1) ?? null);
  const values = JSON.parse(change ?? '{}') as Record<string, unknown>;
  const known = Object.entries(values).filter(([name]) => then['changes']?.includes(`"${name}"`));
  return [...row.slice(0, -1), JSON.stringify(Object.fromEntries(known))];
}

/** The columns that tables and views have in a file, by name. */
export const columnsIn = (raw: Database.Database): Record<string, string> =>
  Object.fromEntries(
    Object.keys(TOLD).map((table) => [
      table,
      (raw.pragma(`table_xinfo("${table}")`) as { name: string }[])
        .map(({ name }) => `"${name}"`)
        .join(', '),
    ]),
  );

/** The rows of each table and view, as text, in an order of their own; `*` is what `then` says. */
export const toldIn = (
  raw: Database.Database,
  then: Record<string, string>,
): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(TOLD).map(([table, columns]) => [
      table,
      raw
        .prepare(`SELECT ${columns === '*' ? then[table] : columns} FROM ${table}`)
        .raw()
        .all()
        .map((row) =>
          JSON.stringify(table === 'alerts' ? withChange(raw, row as string[], then) : row),
        )
        .sort(),
    ]),
  );
