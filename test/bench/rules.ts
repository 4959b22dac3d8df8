// (c) 100 rules on one snapshot, beside filling the table of change rows and running hand-written statements on it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../src/alert/evaluate.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { openDatabase } from '../../src/store/file/open.ts';
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
  fillChangeRows(db, TOP_PRODUCTS, id, baseline);
  const statements = HUNDRED_RULES.map(({ when }) =>
    db.raw.prepare(`SELECT product_key FROM temp.change_rows WHERE ${when}`).pluck(),
  );
  const [ours = NaN, floor = NaN] = await alternate(
    [
      // A pass commits once for everything; that is measured in (a) and (b).
      {
        name: 'ours',
        prepare: () => void db.raw.exec('BEGIN IMMEDIATE'),
        run: () =>
          void evaluate(db, getSnapshot(db, snapshots[next++] ?? id), makeWatch(), rules, dayAt(0)),
      },
      {
        name: 'floor',
        prepare: () => void db.raw.exec('COMMIT'),
        run: () => {
          fillChangeRows(db, TOP_PRODUCTS, id, baseline);
          for (const statement of statements) statement.all();
        },
      },
    ],
    30,
    5,
    cpuMs,
  );
  const alerts = db.raw.prepare('SELECT count(*) FROM alerts').pluck().get() as number;
  printRatio(
    `(c) 100 rules on a snapshot of 500 rows (${Math.round(alerts / next)} alerts fire on each)`,
    ours,
    floor,
    'fill the table, run 100 prepared statements',
    1.6,
  );
  db.close();
  rmSync(folder, { recursive: true, force: true });
}
