// What the shipped queries read: of one watch its own snapshots, and never all there is.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gate } from '../../../src/history/sql/gate.ts';
import { SHIPPED_QUERIES } from '../../../src/history/sql/shipped.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { dayAt, fetchedList, makeWatch } from '../../support/world.ts';

let file: HistoryFile;
beforeAll(async () => {
  file = makeHistoryFile({ watches: [makeWatch(), makeWatch({ name: 'gb', region: 'GB' })] });
  await takeDays(file.world, 3);
  await takeDays(file.world, 3, { watch: 'gb' });
  const ids = Array.from({ length: 40 }, (_, index) => `p${index}`);
  for (const [day, watch] of [
    [5, 'us-daily'],
    [6, 'gb'],
    [6, 'us-daily'],
    [7, 'gb'],
  ] as const)
    await file.world.pass(dayAt(day), fetchedList(ids, { missing: [2] }), { watch });
});
afterAll(() => file.close());

type Opcode = { opcode: string; p1: number; p2: number; p3: number };

/** The tables that a query goes through from their first row on, whether by themselves or by an index. */
function scanned(sql: string): string[] {
  const { raw } = file.world.db;
  const tableAt = new Map(
    raw
      .prepare<[], [number, string]>(
        'SELECT rootpage, tbl_name FROM sqlite_schema WHERE rootpage > 0',
      )
      .raw()
      .all(),
  );
  const gated = gate(sql);
  const parameters = gated.ok ? gated.parameters : [];
  const program = raw
    .prepare<[Record<string, number>], Opcode>(`EXPLAIN ${sql.replace(/^(--[^\n]*\n)+/, '')}`)
    .all(Object.fromEntries(parameters.map((name) => [name, 7])));
  const opened = new Map(
    program
      // p3: of the file itself, and not of what is temporary.
      .filter(({ opcode, p3 }) => opcode === 'OpenRead' && p3 === 0)
      .map(({ p1, p2 }) => [p1, tableAt.get(p2)]),
  );
  const tables = program
    .filter(({ opcode }) => ['Rewind', 'Last', 'Count'].includes(opcode))
    .flatMap(({ p1 }) => opened.get(p1) ?? []);
  return [...new Set(tables)].sort();
}

const LARGE = ['observations', 'product_records', 'snapshots'];

test.each(SHIPPED_QUERIES.map(({ name, sql }) => [name, sql]))(
  '@%s goes through no large table',
  (_, sql) => {
    expect(scanned(sql).filter((table) => LARGE.includes(table))).toEqual([]);
  },
);

test('a query that goes through one is seen', () => {
  expect(scanned('SELECT max(rank) FROM observations')).toContain('observations');
  expect(scanned('SELECT count(*) FROM product_records')).toContain('product_records');
  expect(scanned("SELECT count(*) FROM snapshots WHERE status = 'stale'")).toContain('snapshots');
});

test('snapshots that are not complete are those that SQLite finds in whatever order', () => {
  const sql = SHIPPED_QUERIES.find(({ name }) => name === 'gaps')?.sql ?? '';
  const ask = (text: string) => file.world.db.raw.prepare(text).raw().all({ days: 9_999 });
  const found = ask(sql);
  expect(found.length).toBeGreaterThanOrEqual(4);
  expect(found).toEqual(
    ask(
      sql.replace(
        'watches w CROSS JOIN snapshots s ON s.watch_id = w.id',
        'snapshots s JOIN watches w ON w.id = s.watch_id',
      ),
    ),
  );
});
