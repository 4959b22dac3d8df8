// The views over years of history, each beside hand-written SQL over the tables that brings the same. Warm: medians of
// alternated runs on one connection, as the program's own queries run, in CPU.
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openDatabase } from '../../src/store/file/open.ts';
import { headlinesOf } from '../../src/list/list-kind.ts';
import { historyFile, listAt, watchName, type HistorySize } from './history-file.ts';
import { HISTORY_LISTS } from './history-rows.ts';
import { alternate, cpuMs } from './measure.ts';

/** One year of 165 lists of 500. */
const YEARS: HistorySize = { watches: 165, days: 365 };
/** The same year of 16 lists: built in a minute. */
const SMALL: HistorySize = { watches: 16, days: 365 };
const ROUNDS = 25;

type Question = {
  what: string;
  aimMs: number;
  ours: string;
  floor: string;
  parameters: unknown[];
  floorParameters: unknown[];
};

export const benchHistory = (): Promise<void> => bench(YEARS);
export const benchHistorySmall = (): Promise<void> => bench(SMALL);

async function bench(size: HistorySize): Promise<void> {
  const path = historyFile(size, (text) => process.stdout.write(text));
  // Brings the views up to this program.
  openDatabase(path).close();
  const db = new Database(path, { readonly: true });
  const observations = size.watches * size.days * 500;
  process.stdout.write(
    `${(observations / 1e6).toFixed(1)} million observations, ${(statSync(path).size / observations).toFixed(1)} bytes each (the whole file; aim at most 100)\n`,
  );
  const asked = HISTORY_LISTS.flatMap((_, at) => questions(db, size, at));
  for (const { what, aimMs, ours, floor, parameters, floorParameters } of asked) {
    const statements = { ours: db.prepare(ours).raw(), floor: db.prepare(floor).raw() };
    const rows = statements.ours.all(...parameters).length;
    const [viewMs = NaN, floorMs = NaN] = await alternate(
      [
        { name: 'ours', run: () => void statements.ours.all(...parameters) },
        { name: 'floor', run: () => void statements.floor.all(...floorParameters) },
      ],
      ROUNDS,
      3,
      cpuMs,
    );
    process.stdout.write(
      `${what}: ${rows} rows\n  ${viewMs.toFixed(2)} ms CPU, aim at most ${aimMs} ms${viewMs <= aimMs ? '' : '  MISSED'}; by hand ${floorMs.toFixed(2)} ms, ratio ${(viewMs / floorMs).toFixed(2)}\n`,
    );
  }
  db.close();
}

/** What is asked of a watch in the midst of the file, of the list of the watch at `at`. */
function questions(db: Database.Database, { watches }: HistorySize, at: number): Question[] {
  const { list } = listAt(at);
  const half = watches >> 1;
  const watch = watchName(half - (half % HISTORY_LISTS.length) + at);
  const { table, viewPrefix: prefix } = list;
  const [first = { column: 'rank' }] = headlinesOf(list).map(({ column }) => ({ column }));
  const of = <Row>(sql: string, ...parameters: unknown[]) =>
    db
      .prepare(sql)
      .raw()
      .get(...parameters) as Row;
  const [newest, series] = of<[number, number]>(
    'SELECT s.id, s.series_id FROM snapshots s JOIN watches w ON w.id = s.watch_id WHERE w.name = ? ORDER BY slot_at DESC LIMIT 1',
    watch,
  );
  const back = (days: number) =>
    of<[number]>(
      'SELECT id FROM snapshots WHERE series_id = ? ORDER BY slot_at DESC LIMIT 1 OFFSET ?',
      series,
      days,
    )[0];
  const [product, upstream] = of<[number, string]>(
    `SELECT p.id, p.upstream_id FROM ${table} o JOIN products p ON p.id = o.product_id WHERE o.snapshot_id = ? AND o.rank = 50`,
    newest,
  );
  const both = `SELECT p.upstream_id, p.name, p.category_l1, p.category_l2, o.*, bo.* FROM ${table} o JOIN products p ON p.id = o.product_id
    LEFT JOIN ${table} bo ON bo.snapshot_id = ? AND bo.product_id = o.product_id WHERE o.snapshot_id = ?`;
  return [
    {
      what: `${list.name}: leaderboard of one watch`,
      aimMs: 20,
      ours: `SELECT * FROM ${prefix}leaderboard WHERE watch = ?`,
      parameters: [watch],
      floor: both,
      floorParameters: [back(1), newest],
    },
    {
      what: `${list.name}: changes of one snapshot`,
      aimMs: 20,
      ours: `SELECT * FROM ${prefix}changes WHERE snapshot_id = ?`,
      parameters: [newest],
      floor: `${both} UNION ALL SELECT p.upstream_id, p.name, p.category_l1, p.category_l2, bo.*, bo.* FROM ${table} bo JOIN products p ON p.id = bo.product_id
        WHERE bo.snapshot_id = ? AND NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.snapshot_id = ? AND o.product_id = bo.product_id)`,
      floorParameters: [back(1), newest, back(1), newest],
    },
    {
      what: `${list.name}: one product's history`,
      aimMs: 20,
      ours: `SELECT * FROM ${prefix}history WHERE watch = ? AND product_id = ? ORDER BY slot_at`,
      parameters: [watch, upstream],
      floor: `SELECT s.slot_at, o.* FROM snapshots s JOIN ${table} o ON o.snapshot_id = s.id AND o.product_id = ? WHERE s.series_id = ? ORDER BY s.slot_at`,
      floorParameters: [product, series],
    },
    {
      what: `${list.name}: 7-day movers`,
      aimMs: 20,
      ours: `SELECT rank, rank_before, rank_gain, product_id, product, ${first.column}, ${first.column}_pct FROM ${prefix}changes_7d WHERE snapshot_id = (SELECT snapshot_id FROM ${prefix}leaderboard WHERE watch = ? LIMIT 1) ORDER BY rank_gain DESC LIMIT 50`,
      parameters: [watch],
      floor: `SELECT o.rank, bo.rank, bo.rank - o.rank AS gain, p.upstream_id, p.name, o.${first.column}, bo.${first.column} FROM ${table} o JOIN ${table} bo ON bo.snapshot_id = ? AND bo.product_id = o.product_id
        JOIN products p ON p.id = o.product_id WHERE o.snapshot_id = ? ORDER BY gain DESC LIMIT 50`,
      floorParameters: [back(7), newest],
    },
    {
      what: `${list.name}: best rank ever of the 500 products of a list, as kept`,
      aimMs: 100,
      ours: `SELECT product_id, rank_best FROM ${prefix}leaderboard WHERE watch = ?`,
      parameters: [watch],
      floor: `SELECT o.product_id, r.rank_best FROM ${table} o JOIN product_records r ON r.series_id = ? AND r.product_id = o.product_id WHERE o.snapshot_id = ?`,
      floorParameters: [series, newest],
    },
    {
      what: `${list.name}: best rank ever of a whole watch, by reading its year`,
      aimMs: 100,
      ours: `SELECT product_id, min(rank) FROM ${prefix}history WHERE watch = ? GROUP BY product_id`,
      parameters: [watch],
      floor: `SELECT o.product_id, min(o.rank) FROM snapshots s JOIN ${table} o ON o.snapshot_id = s.id WHERE s.series_id = ? GROUP BY o.product_id`,
      floorParameters: [series],
    },
  ];
}
