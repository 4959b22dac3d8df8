import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { openUnitColumns, openUnitReader } from '../../src/store/export/unit-rows.ts';
import { fileColumns, selectRows } from '../../src/store/export/views.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 3);
});
afterEach(() => file.close());

const columns = fileColumns('history', TOP_PRODUCTS, 'parquet');

/**
 * Each snapshot as it is exported, as the view has it, and as rows of what is read by columns; null
 * where it is not read so.
 */
function allWays(): { exported: unknown[]; viewed: unknown[]; byColumns: unknown[] | null }[] {
  const { raw } = file.world.db;
  const read = openUnitReader(raw, 'history', TOP_PRODUCTS, columns);
  const names = columns.map(({ name }) => name);
  const view = raw.prepare(selectRows('history', TOP_PRODUCTS, names, 'in order')).raw();
  const ids = raw.prepare<[], number>('SELECT id FROM snapshots').pluck().all();
  const readColumns = openUnitColumns(raw, 'history', TOP_PRODUCTS, columns);
  const rowsOf = (id: number) => {
    const batch = readColumns?.(id) ?? null;
    if (batch === null) return null;
    return Array.from({ length: batch.count }, (_, row) =>
      batch.columns.map((values) =>
        'same' in values ? values.same : values[batch.order[row] ?? NaN],
      ),
    );
  };
  return ids.map((id) => ({
    exported: [...read(id)],
    viewed: view.all(id),
    byColumns: rowsOf(id),
  }));
}

test('a snapshot is exported with the very rows of the view, in its order', () => {
  const snapshots = allWays();
  expect(snapshots.map(({ exported }) => exported.length)).toEqual([40, 40, 40]);
  for (const { exported, viewed, byColumns } of snapshots) {
    expect(exported).toEqual(viewed);
    expect(byColumns).toEqual(viewed);
  }
});

test('what is read by columns has fractions to the last bit, what is not known, and none of another source', () => {
  const { raw } = file.world.db;
  raw.exec(`UPDATE observations SET ctr = ctr / 3.0, cost = NULL WHERE product_id % 3 = 0;
    UPDATE products SET source = 'other' WHERE id % 7 = 0`);
  for (const { viewed, byColumns } of allWays()) {
    expect(viewed.length).toBeLessThan(40);
    expect(byColumns).toEqual(viewed);
  }
});

test('products of one rank are exported in the order of their ids', () => {
  file.world.db.raw.exec('UPDATE observations SET rank = (rank + 3) / 4');
  for (const { exported, viewed, byColumns } of allWays()) {
    expect(exported).toEqual(viewed);
    expect(byColumns).toBeNull();
  }
});
