// (c) 100 rules on one snapshot, beside filling a table of change rows and running hand-written statements on it: one of
// all columns, as somebody would make it who does not know the rules yet, and one of those that they name, as we do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../src/alert/evaluate.ts';
import { namedBy } from '../../src/alert/evaluate-columns.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { fillChangeRows } from '../../src/store/reading/change-rows.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { getSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { dayAt, makeConfig, makeRule, makeWatch } from '../support/world.ts';
import { marketDay, storeDay } from './market-day.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';

const COLUMNS = [
  'rank',
  'rank_gain',
  'posts_pct',
  'impressions_delta',
  'ctr',
  'ctr_delta',
  'cvr_delta',
  'cost_pct',
  'likes_pct',
  'cpa',
];

/** A hundred rules, each over one to four columns; most are rarely true, as rules are. */
export const HUNDRED_RULES = Array.from({ length: 100 }, (_, index) => {
  const column = (offset: number) => COLUMNS[(index * 7 + offset * 3) % COLUMNS.length] ?? 'rank';
  const terms = Array.from(
    { length: 1 + (index % 4) },
    (_, term) =>
      `${column(term)} ${(index + term) % 2 === 0 ? '>' : '<'} ${((index * 37 + term * 11) % 90) - 30}`,
  );
  return makeRule({
    name: `rule-${index}`,
    when: `rank_gain > ${70 + (index % 40)} and (${terms.join(' or ')})`,
  });
});

export async function benchRules(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const db = openDatabase(join(folder, 'rules.db'));
  const { watches, rules } = db.transaction(() =>
    syncConfig(db, makeConfig({ rules: HUNDRED_RULES }), dayAt(0) - 1),
  );
  const ids = watches.get('us-daily');
  if (ids === undefined) throw new Error('no watch');
  const snapshots = Array.from({ length: 40 }, (_, day) =>
    db.transaction(() => storeDay(db, ids, day, marketDay(day))),
  );
  for (const id of snapshots.slice(0, 5))
    db.transaction(() => evaluate(db, getSnapshot(db, id), makeWatch(), rules, dayAt(0)));
  let next = 5;
  const [id = 0, baseline = 0] = [snapshots.at(-1), snapshots.at(-2)];
  // Each on a connection of its own, whose table has no other columns.
  const [ofAll, ofNamed] = [openDatabase(db.path), openDatabase(db.path)];
  const pair = { id, baseline };
  const [runOfAll, runOfNamed] = [
    floorOn(ofAll, pair),
    floorOn(ofNamed, pair, namedBy(HUNDRED_RULES)),
  ];
  const [ours = NaN, all = NaN, narrow = NaN] = await alternate(
    [
      // A pass commits once for everything; that is measured in (a) and (b).
      {
        name: 'ours',
        prepare: () => void db.raw.exec('BEGIN IMMEDIATE'),
        run: () =>
          void evaluate(db, getSnapshot(db, snapshots[next++] ?? id), makeWatch(), rules, dayAt(0)),
      },
      { name: 'all columns', prepare: () => void db.raw.exec('COMMIT'), run: runOfAll },
      { name: 'named columns', run: runOfNamed },
    ],
    30,
    5,
    cpuMs,
  );
  const alerts = db.raw.prepare('SELECT count(*) FROM alerts').pluck().get() as number;
  for (const [floor, columns] of [
    [all, 'all columns'],
    [narrow, 'the columns that rules name'],
  ] as const)
    printRatio(
      `(c) 100 rules on a snapshot of 500 rows (${Math.round(alerts / next)} alerts fire on each)`,
      ours,
      floor,
      `fill ${columns}, run 100 prepared statements, write nothing`,
      1.6,
      'ms CPU',
    );
  for (const one of [ofAll, ofNamed, db]) one.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Fills its table and runs a hand-written statement for each rule. */
function floorOn(
  db: Db,
  { id, baseline }: { id: number; baseline: number },
  named?: ReadonlySet<string>,
): () => void {
  const fill = () => fillChangeRows(db, TOP_PRODUCTS, id, baseline, named);
  fill();
  const statements = HUNDRED_RULES.map(({ when }) =>
    db.raw.prepare(`SELECT product_key FROM temp.change_rows WHERE ${when}`).pluck(),
  );
  return () => {
    fill();
    for (const statement of statements) statement.all();
  };
}
