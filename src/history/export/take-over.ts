// What a new file of a month takes over from the one before, without reading or laying out a row of
// it: the bytes of its first row groups.
import {
  parquetMetadata,
  type ColumnChunk,
  type FileMetaData,
  type SchemaElement,
} from 'hyparquet';
import { AppError } from '../../lib/errors.ts';
import { groupsToKeep, GROUPS_TAG, parseGroups, type Group } from './groups.ts';
import type { LogFile } from './log-state.ts';
import type { Part } from './plan.ts';
import { LAYOUT, type Target } from './target.ts';
import { getWhole, SHA256_TAG } from './whole-file.ts';
import { parquetSchema, type ConstantColumn, type TakenOver } from './write-parquet.ts';

export type Base = { taken: TakenOver; groups: readonly Group[]; units: number };

/**
 * Reads them where that saves anything. Null where nothing is taken over, also where the file is
 * not as it was written, or has other columns: then all comes from the database, as far as it has
 * it.
 */
export async function openBase(
  { store, format, columns }: Target,
  constants: readonly ConstantColumn[],
  parts: readonly Part[],
  files: readonly LogFile[],
): Promise<Base | null> {
  const [file] = files;
  if (format !== 'parquet' || file === undefined || files.length > 1) return null;
  const known = parseGroups(LAYOUT, file.add.tags[GROUPS_TAG]);
  // Nothing is copied of which it is not known that it is as it was written.
  if (known === null || file.add.tags[SHA256_TAG] === undefined) return null;
  const kept = groupsToKeep(known, [...file.units.keys()], parts);
  if (kept === 0) return null;
  const groups = known.groups.slice(0, kept);
  const taken = await readGroups(() => getWhole(store, file), groups);
  const { root, elements } = parquetSchema(columns, constants);
  if (taken === null || !areSame(taken.schema, [root, ...elements])) return null;
  return { taken, groups, units: groups.reduce((sum, { units }) => sum + units, 0) };
}

async function readGroups(
  read: () => Promise<{ bytes: Buffer }>,
  groups: readonly Group[],
): Promise<(TakenOver & { schema: SchemaElement[] }) | null> {
  try {
    const { bytes } = await read();
    const { row_groups: all, schema } = parquetMetadata(bytes);
    const rowGroups = all.slice(0, groups.length);
    if (rowGroups.length < groups.length) return null;
    if (rowGroups.some(({ num_rows: rows }, at) => Number(rows) !== groups[at]?.rows)) return null;
    rowGroups.forEach(({ columns }) => columns.forEach(sayNoNan));
    return { bytes: bytes.subarray(0, endOf(rowGroups)), rowGroups, schema };
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    return null;
  }
}

/** Where the bytes of groups end. */
const endOf = (groups: FileMetaData['row_groups']): number =>
  Math.max(
    ...groups.flatMap(({ columns }) =>
      columns.map(({ meta_data: chunk }) =>
        Number(
          (chunk?.dictionary_page_offset ?? chunk?.data_page_offset ?? 0n) +
            (chunk?.total_compressed_size ?? 0n),
        ),
      ),
    ),
  );

/** The reader passes over it; no file of ours has any. */
function sayNoNan({ meta_data: chunk }: ColumnChunk): void {
  if (chunk?.type === 'DOUBLE' && chunk.statistics !== undefined)
    Object.assign(chunk.statistics, { nan_count: 0n });
}

const areSame = (read: readonly SchemaElement[], ours: readonly SchemaElement[]): boolean => {
  const text = (schema: readonly SchemaElement[]) =>
    JSON.stringify(
      schema.map(({ name, type, repetition_type, num_children, converted_type, logical_type }) => [
        name,
        type,
        repetition_type,
        num_children,
        converted_type,
        logical_type,
      ]),
    );
  return text(read) === text(ours);
};
