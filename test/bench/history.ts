// The views over years of history, each beside hand-written SQL over the tables that brings the same. Warm: medians of
// alternated runs on one connection, as the program's own queries run.
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openDatabase } from '../../src/store/file/open.ts';
import { historyFile, watchName, type HistorySize } from './history-file.ts';
import { alternate } from './measure.ts';

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
  for (const { what, aimMs, ours, floor, parameters, floorParameters } of questions(db, size)) {
    const statements = { ours: db.prepare(ours).raw(), floor: db.prepare(floor).raw() };
    const rows = statements.ours.all(...parameters).length;
    const [viewMs = NaN, floorMs = NaN] = await alternate(
      [
        { name: 'ours', run: () => void statements.ours.all(...parameters) },
        { name: 'floor', run: () => void statements.floor.all(...floorParameters) },
      ],
      ROUNDS,
    );
    process.stdout.write(
      `${what}: ${rows} rows\n  ${viewMs.toFixed(2)} ms, aim at most ${aimMs} ms${viewMs <= aimMs ? '' : '  MISSED'}; by hand ${floorMs.toFixed(2)} ms, ratio ${(viewMs / floorMs).toFixed(2)}\n`,
    );
  }
  db.close();
}

function questions(db: Database.Database, { watches }: HistorySize): Question[] {
  const watch = watchName(watches >> 1);
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
    'SELECT p.id, p.upstream_id FROM observations o JOIN products p ON p.id = o.product_id WHERE o.snapshot_id = ? AND o.rank = 50',
    newest,
  );
  const both = `SELECT p.upstream_id, p.name, p.category_l1, p.category_l2, o.*, bo.* FROM observations o JOIN products p ON p.id = o.product_id
    LEFT JOIN observations bo ON bo.snapshot_id = ? AND bo.product_id = o.product_id WHERE o.snapshot_id = ?`;
  return [
    {
      what: '`leaderboard` of one watch',
      aimMs: 20,
      ours: 'SELECT * FROM leaderboard WHERE watch = ?',
      parameters: [watch],
      floor: both,
      floorParameters: [back(1), newest],
    },
    {
      what: '`changes` of one snapshot',
      aimMs: 20,
      ours: 'SELECT * FROM changes WHERE snapshot_id = ?',
      parameters: [newest],
      floor: `${both} UNION ALL SELECT p.upstream_id, p.name, p.category_l1, p.category_l2, bo.*, bo.* FROM observations bo JOIN products p ON p.id = bo.product_id
        WHERE bo.snapshot_id = ? AND NOT EXISTS (SELECT 1 FROM observations o WHERE o.snapshot_id = ? AND o.product_id = bo.product_id)`,
      floorParameters: [back(1), newest, back(1), newest],
    },
    {
      what: "one product's history",
      aimMs: 20,
      ours: 'SELECT * FROM history WHERE watch = ? AND product_id = ? ORDER BY slot_at',
      parameters: [watch, upstream],
      floor:
        'SELECT s.slot_at, o.* FROM snapshots s JOIN observations o ON o.snapshot_id = s.id AND o.product_id = ? WHERE s.series_id = ? ORDER BY s.slot_at',
      floorParameters: [product, series],
    },
    {
      what: '7-day movers',
      aimMs: 20,
      ours: 'SELECT rank, rank_before, rank_gain, product_id, product, posts, posts_pct FROM changes_7d WHERE snapshot_id = (SELECT snapshot_id FROM leaderboard WHERE watch = ? LIMIT 1) ORDER BY rank_gain DESC LIMIT 50',
      parameters: [watch],
      floor: `SELECT o.rank, bo.rank, bo.rank - o.rank AS gain, p.upstream_id, p.name, o.posts, bo.posts FROM observations o JOIN observations bo ON bo.snapshot_id = ? AND bo.product_id = o.product_id
        JOIN products p ON p.id = o.product_id WHERE o.snapshot_id = ? ORDER BY gain DESC LIMIT 50`,
      floorParameters: [back(7), newest],
    },
    {
      what: 'best rank ever of the 500 products of a list, as kept',
      aimMs: 100,
      ours: 'SELECT product_id, rank_best FROM leaderboard WHERE watch = ?',
      parameters: [watch],
      floor:
        'SELECT o.product_id, r.rank_best FROM observations o JOIN product_records r ON r.series_id = ? AND r.product_id = o.product_id WHERE o.snapshot_id = ?',
      floorParameters: [series, newest],
    },
    {
      what: 'best rank ever of a whole watch, by reading its year',
      aimMs: 100,
      ours: 'SELECT product_id, min(rank) FROM history WHERE watch = ? GROUP BY product_id',
      parameters: [watch],
      floor:
        'SELECT o.product_id, min(o.rank) FROM snapshots s JOIN observations o ON o.snapshot_id = s.id WHERE s.series_id = ? GROUP BY o.product_id',
      floorParameters: [series],
    },
  ];
}
