import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { openUnitReader } from '../../src/store/export/unit-rows.ts';
import { fileColumns, selectRows } from '../../src/store/export/views.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 3);
});
afterEach(() => file.close());

const columns = fileColumns('history', TOP_PRODUCTS, 'parquet');

/** Each snapshot as it is exported, and as the view has it. */
function bothWays(): { exported: unknown[]; viewed: unknown[] }[] {
  const { raw } = file.world.db;
  const read = openUnitReader(raw, 'history', TOP_PRODUCTS, columns);
  const names = columns.map(({ name }) => name);
  const view = raw.prepare(selectRows('history', TOP_PRODUCTS, names, 'in order')).raw();
  const ids = raw.prepare<[], number>('SELECT id FROM snapshots').pluck().all();
  return ids.map((id) => ({ exported: [...read(id)], viewed: view.all(id) }));
}

test('a snapshot is exported with the very rows of the view, in its order', () => {
  const snapshots = bothWays();
  expect(snapshots.map(({ exported }) => exported.length)).toEqual([40, 40, 40]);
  for (const { exported, viewed } of snapshots) expect(exported).toEqual(viewed);
});

test('products of one rank are exported in the order of their ids', () => {
  file.world.db.raw.exec('UPDATE observations SET rank = (rank + 3) / 4');
  for (const { exported, viewed } of bothWays()) expect(exported).toEqual(viewed);
});
