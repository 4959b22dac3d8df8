// (h) A storm: twenty rules fire at once for a hundred products each, beside writing the same rows by hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Db } from '../../src/store/file/open.ts';
import { dayAt, fetchedList, makeHook, makeRule, makeWorld } from '../support/world.ts';
import { cpuMs, median, printRatio } from './measure.ts';
import { marketDay } from './market-day.ts';

const RULES = 20;
const PRODUCTS = 104;
const ROUNDS = 12;
const WARM_UP = 3;

const listOf = (day: number) =>
  fetchedList(
    marketDay(day).map(({ product: { upstreamId, name, categoryL1, categoryL2 }, metrics }) => ({
      id: upstreamId,
      name,
      l1: categoryL1,
      l2: categoryL2,
      ...metrics,
    })),
  );

const rulesWith = (when: (index: number) => string) =>
  Array.from({ length: RULES }, (_, index) =>
    makeRule({ name: `rule-${index}`, when: when(index), onFirst: 'notify' }),
  );

/** The rows that a storm leaves, written again into the same tables of an empty file. */
function writtenByHand(from: Db, folder: string, round: number): () => void {
  const tables = ['alerts', 'rule_states', 'notifications', 'notification_alerts'].map((table) => ({
    table,
    rows: from.raw.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][],
  }));
  const to = makeWorld({ database: join(folder, `floor-${round}.db`) }).db;
  to.raw.pragma('foreign_keys = OFF');
  const inserts = tables.map(({ table, rows }) => ({
    rows,
    insert: to.raw.prepare(
      `INSERT INTO ${table} VALUES (${(rows[0] ?? []).map(() => '?').join(', ')})`,
    ),
  }));
  return () => {
    to.transaction(() => {
      for (const { rows, insert } of inserts) for (const row of rows) insert.run(row);
    });
    to.close();
  };
}

export async function benchStorm(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const [quiet, loud, floor]: [number[], number[], number[]] = [[], [], []];
  let alerts = 0;
  const measured = async (times: number[], work: () => unknown) => {
    const before = cpuMs();
    await work();
    times.push(cpuMs() - before);
  };
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const world = makeWorld({
      database: join(folder, `ours-${round}.db`),
      channels: [makeHook()],
      rules: rulesWith((index) => `rank > ${9_000 + index} and posts_pct > 3`),
    });
    const lists = Array.from({ length: 4 }, (_, day) => listOf(day));
    const pass = (day: number) => world.pass(dayAt(day), lists[day] ?? fetchedList([]));
    for (const day of [0, 1]) await pass(day);
    await measured(quiet, () => pass(2));
    world.configure({ rules: rulesWith((index) => `rank <= ${PRODUCTS} and rank > ${-index}`) });
    await measured(loud, () => pass(3));
    alerts = world.db.raw.prepare('SELECT count(*) FROM alerts').pluck().get() as number;
    await measured(floor, writtenByHand(world.db, folder, round));
    world.close();
  }
  const [without = NaN, withAll = NaN, least = NaN] = [quiet, loud, floor].map((times) =>
    median(times.slice(WARM_UP)),
  );
  printRatio(
    `(h) what a storm of ${alerts} alerts adds to a pass, CPU`,
    withAll - without,
    least,
    'write the same rows by hand, foreign keys unchecked',
    3,
  );
  rmSync(folder, { recursive: true, force: true });
}
