// What gathers in a file over years, written by SQL: rows in the tables as the program leaves them.
import { DAY_MS, type Instant } from '../../src/lib/clock.ts';
import type { Db } from '../../src/store/file/open.ts';
import { dayAt } from './world.ts';

const numbersTo = (count: number): string =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;

/** `count` more rows like the first of a table; `changed`: SQL of columns over `i`, from 1 on. */
function copyRow(
  { raw }: Pick<Db, 'raw'>,
  table: string,
  count: number,
  changed: Record<string, string>,
): void {
  if (count === 0) return;
  const columns = raw.pragma(`table_info(${table})`) as { name: string }[];
  const values = columns.map(({ name }) => changed[name] ?? `t."${name}"`);
  raw.exec(`${numbersTo(count)}
    INSERT INTO ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')})
    SELECT ${values.join(', ')} FROM n CROSS JOIN (SELECT * FROM ${table} LIMIT 1) t`);
}

/** Ids of what is made here begin behind this. */
const BEHIND = 1_000_000;

/** So many messages that were delivered long ago, each with its attempt: copies of the first. */
export function fillDelivered(db: Pick<Db, 'raw'>, count: number): void {
  const id = `${BEHIND} + i`;
  copyRow(db, 'notifications', count, { id, key: `'old-' || i` });
  copyRow(db, 'deliveries', count, {
    ...{ id, notification_id: id, message_id: `'old-' || i`, state: `'delivered'` },
    ...{ payload: 'NULL', payload_kind: 'NULL', lease_owner: 'NULL', lease_until_at: 'NULL' },
  });
  copyRow(db, 'attempts', count, { id, delivery_id: id });
}

/** Gives every other watch the two newest lists of the first, two days apart, and their records. */
export function copyLists({ raw }: Db, seriesId: number): void {
  const newest = raw
    .prepare('SELECT id FROM snapshots WHERE series_id = ? ORDER BY slot_at DESC LIMIT 2')
    .pluck()
    .all(seriesId) as number[];
  const others = raw
    .prepare('SELECT id, watch_id FROM series WHERE id <> ?')
    .raw()
    .all(seriesId) as [number, number][];
  for (const [series, watch] of others) {
    for (const [back, from] of newest.entries())
      copySnapshot(raw, from, { series, watch, slotAt: `t.slot_at - ${back * DAY_MS}` });
    raw
      .prepare(
        `INSERT INTO product_records (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list)
        SELECT ?, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list
        FROM product_records WHERE series_id = ?`,
      )
      .run(series, seriesId);
  }
}

/** Lists of 500 of a watch that is no longer configured, long before all others. */
export function fillFile({ raw }: Db, seriesId: number, thousands: number): void {
  const from = raw
    .prepare('SELECT id FROM snapshots WHERE series_id = ? ORDER BY slot_at DESC LIMIT 1')
    .pluck()
    .get(seriesId) as number;
  raw.exec(`INSERT INTO watches (id, name, schedule, timezone, active, scheduled_from_at, created_at)
      VALUES (9000, 'gone', '0 6 * * *', 'UTC', 0, 0, 0);
    INSERT INTO series (id, watch_id, source, region, time_scope, depth, query_key, created_at)
      SELECT 9000, 9000, source, 'XX', time_scope, depth, 'gone', 0 FROM series WHERE id = ${seriesId}`);
  for (let list = 0; list < thousands * 2; list++)
    copySnapshot(raw, from, { series: 9_000, watch: 9_000, slotAt: `${dayAt(-9_000 + list)}` });
}

function copySnapshot(
  raw: Db['raw'],
  from: number,
  to: { series: number; watch: number; slotAt: string },
): void {
  const { lastInsertRowid } = raw
    .prepare(
      `INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, origin, "rows", total, pages, interval_ms)
      SELECT ?, ?, ${to.slotAt}, ${to.slotAt}, status, origin, "rows", total, pages, interval_ms FROM snapshots t WHERE id = ?`,
    )
    .run(to.watch, to.series, from);
  const columns = (raw.pragma('table_info(observations)') as { name: string }[])
    .map(({ name }) => `"${name}"`)
    .slice(1)
    .join(', ');
  raw
    .prepare(
      `INSERT INTO observations (snapshot_id, ${columns})
      SELECT ?, ${columns} FROM observations WHERE snapshot_id = ?`,
    )
    .run(lastInsertRowid, from);
}

/** Requests that were sent within one day, all of passes that are over. */
export function fillLedger({ raw }: Db, count: number, sinceAt: Instant): void {
  if (count === 0) return;
  raw.exec(`${numbersTo(count)}
    INSERT INTO requests (watch_id, slot_at, page, attempt, started_at, duration_ms, http_status, outcome, credits)
    SELECT (i % (SELECT count(*) FROM watches WHERE active)) + 1, ${sinceAt} - i, 1 + i % 25, 1, ${sinceAt} + i, 200, 200, 'ok', 2 FROM n`);
}

/**
 * Open alerts of a rule on `left`, of products that were on the first list of the series and on none
 * since.
 */
export function fillOpenAlerts(
  { raw }: Db,
  count: number,
  { rule, seriesId }: { rule: string; seriesId: number },
): void {
  if (count === 0) return;
  raw.exec(`${numbersTo(count)}
    INSERT INTO products (id, source, upstream_id, name, category_l1, category_l2, updated_at)
    SELECT ${BEHIND} + i, (SELECT source FROM products LIMIT 1), 'gone-' || i, 'Gone ' || i, 'Beauty', 'Makeup', 0 FROM n`);
  const first = `(SELECT * FROM snapshots WHERE series_id = ${seriesId} ORDER BY slot_at LIMIT 1)`;
  raw.exec(`${numbersTo(count)}
    INSERT INTO product_records (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list)
    SELECT ${seriesId}, ${BEHIND} + i, s.slot_at, s.slot_at, 400, 1 FROM n CROSS JOIN ${first} s`);
  raw.exec(`${numbersTo(count)}
    INSERT INTO alerts (id, rule_id, rule_revision, severity, watch_id, series_id, product_id, snapshot_id, slot_at, fired_at, quiet, evidence)
    SELECT ${BEHIND} + i, r.id, r.revision, 'info', s.watch_id, s.series_id, ${BEHIND} + i, s.id, s.slot_at, s.slot_at, 'adopted', '{}'
    FROM n CROSS JOIN ${first} s CROSS JOIN rules r WHERE r.name = '${rule}'`);
  raw.exec(`INSERT INTO rule_states (rule_id, series_id, product_id, state, for_count, clear_count, alert_id)
    SELECT rule_id, series_id, product_id, 'open', 1, 0, id FROM alerts WHERE id > ${BEHIND}`);
  raw.exec(`INSERT OR REPLACE INTO rule_watermarks (rule_id, series_id, last_slot_at)
    SELECT r.id, s.series_id, max(s.slot_at) FROM rules r CROSS JOIN snapshots s
    WHERE r.name = '${rule}' AND s.series_id = ${seriesId}`);
}
