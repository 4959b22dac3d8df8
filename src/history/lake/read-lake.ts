// A lake as files to import: what a database without its past is filled from.
import { Readable } from 'node:stream';
import type { ListKind } from '../../list/list-kind.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { exportColumns } from '../../store/export/views.ts';
import type { FileStore } from '../export/file-store.ts';
import { getWhole } from '../export/whole-file.ts';
import type { LogFile } from '../export/log-state.ts';
import { readLog } from '../export/log.ts';
import { readUnits } from '../export/read-rows.ts';
import { formatRows } from '../formats.ts';
import type { ImportFile } from '../import/terms.ts';
import { DELTA_LOG, lakeTable } from './layout.ts';
import type { LakePlace } from './open-lake.ts';

/**
 * The observations of these lists, as the newest version of the lake has them: a file a watch and
 * month, in their order, read when it is opened. Empty where the lake has none of them.
 */
export async function lakeFiles(
  place: LakePlace,
  lists: readonly ListKind[],
): Promise<ImportFile[]> {
  const files: ImportFile[] = [];
  for (const list of lists) {
    const { folder } = lakeTable('history', list);
    const { store } = place.table(folder);
    const log = await readLog(store, DELTA_LOG);
    const own = [...log.files.values()].filter(({ partition }) => partition.list === list.name);
    const placeOf = ({ partition: { watch, month } }: (typeof own)[number]) => `${watch} ${month}`;
    for (const file of own.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)))
      files.push({
        name: `${folder}/${file.path}`,
        open: () => Readable.from(linesOf(store, file, list)),
      });
  }
  return files;
}

/** As lines of an export. */
async function* linesOf(store: FileStore, file: LogFile, list: ListKind): AsyncGenerator<string> {
  const columns = exportColumns('history', list);
  const names = columns.map(({ name }) => name);
  try {
    const { bytes } = await getWhole(store, file);
    for await (const { rows } of readUnits(bytes, 'parquet', columns))
      yield* formatRows('ndjson', names, rows, false);
  } catch (thrown) {
    throw new AppError(
      'file_unusable',
      `cannot read ${store.describe(file.path)}: ${messageOf(thrown)}`,
      {
        hint: 'the same command takes the rest, as what was imported is known; a damaged file must be put back from a copy first',
        cause: thrown,
      },
    );
  }
}
