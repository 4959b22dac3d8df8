// The queries that come with Tidemark: `tidemark sql --list`. Each also shows how a question is
// asked of the views, and takes no more columns than fit a terminal of 80.
import { evaluatedSql } from '../../change/baseline.ts';

/** `onlyHere`: why it cannot be asked of an engine that has the views of `lake ddl`, as it is. */
export type ShippedQuery = { name: string; sql: string; onlyHere?: string };

const CALENDAR = 'counts days with the functions of SQLite';
const TABLES = 'reads tables that no lake has';

export const SHIPPED_QUERIES: readonly ShippedQuery[] = [
  {
    name: 'leaderboard',
    sql: `-- The newest complete list of a watch, with its changes
-- :watch       name of the watch
-- :limit = 50  how many ranks
SELECT rank, rank_before, rank_gain, status, product_id, product, posts, posts_pct, cost
FROM leaderboard WHERE watch = :watch AND rank <= :limit ORDER BY rank`,
  },
  {
    name: 'movers',
    sql: `-- Who climbed and fell most against the snapshot before; 20 to 8 counts for more than 480 to 430
-- :watch       name of the watch
-- :limit = 20  how many products
SELECT rank, rank_before, rank_gain, product_id, product, posts, posts_pct, substr(baseline_at, 1, 10) AS baseline
FROM changes
WHERE snapshot_id = (SELECT snapshot_id FROM leaderboard WHERE watch = :watch LIMIT 1) AND rank_gain <> 0
ORDER BY abs(ln(1.0 * rank_before / rank)) DESC LIMIT :limit`,
  },
  {
    name: 'movers-7d',
    sql: `-- Who climbed and fell most in 7 days
-- :watch       name of the watch
-- :limit = 20  how many products
SELECT rank, rank_before, rank_gain, product_id, product, posts, posts_pct, substr(baseline_at, 1, 10) AS baseline
FROM changes_7d
WHERE snapshot_id = (SELECT snapshot_id FROM leaderboard WHERE watch = :watch LIMIT 1) AND rank_gain <> 0
ORDER BY abs(ln(1.0 * rank_before / rank)) DESC LIMIT :limit`,
  },
  {
    name: 'arrivals',
    sql: `-- Who is new or back on the list since the snapshot before
-- :watch  name of the watch
SELECT rank, status, product_id, product, posts, rank_best, first_seen_at
FROM changes
WHERE snapshot_id = (SELECT snapshot_id FROM leaderboard WHERE watch = :watch LIMIT 1) AND status IN ('new', 'returned')
ORDER BY rank`,
  },
  {
    name: 'departures',
    sql: `-- Who left the list since the snapshot before
-- :watch  name of the watch
SELECT rank_before, product_id, product, posts_before, rank_best, slots_on_list, first_seen_at
FROM changes
WHERE snapshot_id = (SELECT snapshot_id FROM leaderboard WHERE watch = :watch LIMIT 1) AND status = 'left'
ORDER BY rank_before`,
  },
  {
    name: 'find',
    onlyHere: TABLES,
    sql: `-- Products by a part of their name or category
-- :name  a part of it, upper or lower case
SELECT upstream_id AS product_id, name AS product, category_l1, category_l2
FROM products
WHERE name LIKE '%' || :name || '%' OR category_l1 LIKE '%' || :name || '%' OR category_l2 LIKE '%' || :name || '%'
ORDER BY name LIMIT 200`,
  },
  {
    name: 'product',
    sql: `-- One product's history in one watch
-- :watch    name of the watch
-- :product  its product_id
SELECT slot_at, snapshot_status, rank, posts, impressions, ctr, cpa, cost
FROM history WHERE watch = :watch AND product_id = :product ORDER BY slot_at`,
  },
  {
    name: 'product-everywhere',
    sql: `-- Where one product stands now, in every watch
-- :product  its product_id
SELECT watch, region, time_scope, rank, rank_before, rank_best, posts, posts_pct, substr(slot_at, 1, 10) AS day
FROM leaderboard WHERE product_id = :product ORDER BY rank`,
  },
  {
    name: 'product-by-day',
    onlyHere: TABLES,
    sql: `-- One product day by day, with the days without a snapshot and those it was not on the list
-- :watch      name of the watch
-- :product    its product_id
-- :days = 30  how far back
WITH RECURSIVE
  days(day) AS (SELECT date('now', '-' || :days || ' days') UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < date('now')),
  taken AS (SELECT date(s.slot_at / 1000, 'unixepoch') AS day, max(s.status = 'complete') AS is_complete
            FROM snapshots s JOIN watches w ON w.id = s.watch_id WHERE w.name = :watch AND s."rows" > 0 GROUP BY 1),
  seen AS (SELECT date(slot_at) AS day, min(rank) AS rank, max(posts) AS posts FROM history WHERE watch = :watch AND product_id = :product GROUP BY 1)
SELECT days.day,
  CASE WHEN taken.day IS NULL THEN 'no snapshot' WHEN seen.day IS NOT NULL THEN 'on the list'
    WHEN is_complete THEN 'not on the list' ELSE 'not known' END AS what, seen.rank, seen.posts
FROM days LEFT JOIN taken USING (day) LEFT JOIN seen USING (day) ORDER BY days.day`,
  },
  {
    name: 'product-by-week',
    onlyHere: CALENDAR,
    sql: `-- One product week by week (weeks begin on Monday)
-- :watch    name of the watch
-- :product  its product_id
SELECT date(slot_at, 'weekday 0', '-6 days') AS week, count(*) AS snapshots, min(rank) AS best, max(rank) AS worst,
  round(avg(rank), 1) AS mean_rank, round(avg(posts)) AS mean_posts
FROM history WHERE watch = :watch AND product_id = :product GROUP BY week ORDER BY week`,
  },
  {
    name: 'best-ever',
    onlyHere: TABLES,
    sql: `-- The best ranks a watch has ever seen, and for how long
-- :watch        name of the watch
-- :limit = 100  how many products
SELECT r.rank_best, p.upstream_id AS product_id, p.name AS product, p.category_l1, r.slots_on_list,
  date(r.first_seen_at / 1000, 'unixepoch') AS first_seen, date(r.last_seen_at / 1000, 'unixepoch') AS last_seen
FROM watches w JOIN series se ON se.watch_id = w.id JOIN product_records r ON r.series_id = se.id JOIN products p ON p.id = r.product_id
WHERE w.name = :watch ORDER BY r.rank_best, r.slots_on_list DESC LIMIT :limit`,
  },
  {
    name: 'streaks',
    sql: `-- Who climbs, or falls, snapshot after snapshot
-- :watch      name of the watch
-- :steps = 3  at least so many steps in a row
SELECT streak, rank, rank_before, product_id, product, category_l1, posts, posts_pct
FROM leaderboard WHERE watch = :watch AND abs(streak) >= :steps ORDER BY abs(streak) DESC, rank`,
  },
  {
    name: 'outliers',
    sql: `-- Who is far from what is usual for it (robust z-scores)
-- :watch     name of the watch
-- :z = 3.5   at least so many deviations
SELECT rank, product_id, product, rank_z, posts, posts_z, impressions, impressions_z
FROM (SELECT *, abs(coalesce(rank_z, 0)) AS r, abs(coalesce(posts_z, 0)) AS p, abs(coalesce(impressions_z, 0)) AS i FROM leaderboard) z
WHERE watch = :watch AND (r >= :z OR p >= :z OR i >= :z)
ORDER BY CASE WHEN r >= p AND r >= i THEN r WHEN p >= i THEN p ELSE i END DESC, rank`,
  },
  {
    name: 'volatility',
    onlyHere: CALENDAR,
    sql: `-- Whose rank moved most about its mean, over the last days
-- :watch      name of the watch
-- :days = 30  how far back
-- :limit = 50 how many products
SELECT product_id, product, count(*) AS snapshots, min(rank) AS best, max(rank) AS worst, round(avg(rank), 1) AS mean_rank,
  round(sqrt(max(0, avg(1.0 * rank * rank) - avg(rank) * avg(rank))), 1) AS deviation
FROM history WHERE watch = :watch AND ${evaluatedSql('snapshot_status')} AND slot_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || :days || ' days')
GROUP BY product_id HAVING count(*) > 1 ORDER BY deviation DESC LIMIT :limit`,
  },
  {
    name: 'categories',
    sql: `-- How many of the top ranks each category holds, now and 30 days ago
-- :watch      name of the watch
-- :top = 100  the ranks that count
SELECT category_l1, count(*) FILTER (WHERE rank <= :top) AS now, count(*) FILTER (WHERE rank_before <= :top) AS before,
  count(*) FILTER (WHERE rank <= :top) - count(*) FILTER (WHERE rank_before <= :top) AS gain,
  sum(posts) FILTER (WHERE rank <= :top) AS posts, max(baseline_at) AS baseline_at
FROM changes_30d
WHERE snapshot_id = (SELECT snapshot_id FROM leaderboard WHERE watch = :watch LIMIT 1)
GROUP BY category_l1 HAVING now + before > 0 ORDER BY now DESC, before DESC`,
  },
  {
    name: 'churn',
    onlyHere: CALENDAR,
    sql: `-- How many came, stayed and left, snapshot by snapshot
-- :watch      name of the watch
-- :days = 30  how far back
SELECT slot_at, snapshot_status, sum(status = 'new') AS new, sum(status = 'returned') AS returned,
  sum(status = 'stayed') AS stayed, sum(status = 'left') AS left, max(gap_days) AS gap_days
FROM changes WHERE watch = :watch AND slot_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || :days || ' days')
GROUP BY snapshot_id ORDER BY slot_at`,
  },
  {
    name: 'gaps',
    onlyHere: TABLES,
    sql: `-- Snapshots that are not complete, and why
-- :days = 30  how far back
SELECT w.name AS watch, strftime('%Y-%m-%dT%H:%M:%fZ', s.slot_at / 1000.0, 'unixepoch') AS slot_at, s.status, s."rows", s.reason
FROM watches w CROSS JOIN snapshots s ON s.watch_id = w.id
WHERE s.status <> 'complete' AND s.slot_at >= (unixepoch('now') - :days * 86400) * 1000
ORDER BY s.slot_at DESC, w.name`,
  },
  {
    name: 'alerts',
    sql: `-- The latest alerts; of quiet ones, why nobody was told
-- :limit = 50  how many
SELECT alert_id, substr(slot_at, 1, 10) AS day, rule, watch, product, rank_before, rank, coalesce(quiet, state) AS state
FROM alert_log ORDER BY slot_at DESC, alert_id DESC LIMIT :limit`,
  },
  {
    name: 'noisy-rules',
    onlyHere: CALENDAR,
    sql: `-- How often each rule fired, and how often somebody was told
-- :days = 30  how far back
SELECT rule, watch, count(*) AS fired, sum(quiet IS NULL) AS told, count(DISTINCT product_id) AS products,
  sum(state = 'firing') AS firing_now, max(slot_at) AS last
FROM alert_log WHERE slot_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || :days || ' days')
GROUP BY rule, watch ORDER BY told DESC`,
  },
  {
    name: 'credits',
    onlyHere: TABLES,
    sql: `-- What the source charged, day by day
-- :days = 14  how far back
SELECT day, watch, requests, failed, credits FROM credit_use WHERE day >= date('now', '-' || :days || ' days') ORDER BY day DESC, watch`,
  },
];
