/**
 * Checkpoints of a log: all that one version consists of in one Parquet file, so that who opens the
 * table need not read every version from the first. `_last_checkpoint` says which is the newest.
 * They save time alone: without one, the versions are read one after the other.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { Instant } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { syncFile } from '../../lib/sync-file.ts';
import { makeFolder } from '../../store/file/same-readers.ts';
import { CHECKPOINT_COLUMNS, CHECKPOINT_SCHEMA } from './checkpoint-schema.ts';
import type { FileStore } from './file-store.ts';
import {
  encodePath,
  EMPTY_LOG,
  versionName,
  withActions,
  type Action,
  type Add,
  type LogState,
  type MetaData,
  type Protocol,
  type Remove,
} from './log-state.ts';

/**
 * How many versions are read one by one at most. Each costs an engine some milliseconds to open the
 * table (ClickHouse: 3, where all of a new table takes 20).
 */
const EVERY = 3;

const pointerName = (folder: string): string => `${folder}/_last_checkpoint`;

/** Whether a version should have a checkpoint of its own. */
export const isCheckpointDue = ({ version, checkpoint }: LogState): boolean =>
  version - Math.max(checkpoint, 0) >= EVERY;

/**
 * Writes the checkpoint of a version, and then says that it is the newest; files removed before
 * `forgetBefore` are left out. `scratch` is a local folder for what is not whole yet. Several
 * writers may do so at once: what they write of a version is the same.
 */
export async function writeCheckpoint(
  store: FileStore,
  scratch: string,
  folder: string,
  state: LogState,
  forgetBefore: Instant,
): Promise<LogState> {
  const rows = rowsOf(state, forgetBefore);
  makeFolder(scratch);
  const local = join(scratch, 'checkpoint.parquet');
  const pointer = join(scratch, 'last-checkpoint.json');
  try {
    const parquet = new ParquetWriter({
      writer: fileWriter(local),
      schema: CHECKPOINT_SCHEMA,
      createdBy: 'tidemark',
    });
    await parquet.write({
      columnData: CHECKPOINT_COLUMNS.map((name) => ({
        name,
        data: rows.map((row) => (row as Record<string, unknown>)[name] ?? null),
      })),
    });
    await parquet.finish();
    syncFile(local);
    await store.put(versionName(folder, state.version, 'checkpoint.parquet'), local);
    writeFileSync(pointer, JSON.stringify({ version: state.version, size: rows.length }));
    syncFile(pointer);
    await store.put(pointerName(folder), pointer);
  } finally {
    for (const path of [local, pointer]) rmSync(path, { force: true });
  }
  return { ...state, checkpoint: state.version };
}

type Row =
  | { protocol: Protocol }
  | { metaData: object }
  | { add: object }
  | { remove: Omit<Remove, 'deletionTimestamp'> & { deletionTimestamp: bigint } };

function rowsOf({ metaData, files, removed }: LogState, forgetBefore: Instant): Row[] {
  if (metaData === null) throw new Error('a log without a first version has no checkpoint');
  return [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    { metaData: { ...metaData, createdTime: BigInt(metaData.createdTime) } },
    ...[...files.values()].map(({ add }) => ({
      add: {
        ...add,
        size: BigInt(add.size),
        modificationTime: BigInt(add.modificationTime),
        dataChange: false,
      },
    })),
    ...[...removed]
      .filter(([, at]) => at >= forgetBefore)
      .map(([path, at]) => ({
        remove: { path: encodePath(path), deletionTimestamp: BigInt(at), dataChange: false },
      })),
  ];
}

/** Versions that have a checkpoint, of the names in the folder of a log; the newest first. */
export const checkpointsIn = (names: readonly string[]): number[] =>
  names
    .flatMap((name) => /(?:^|\/)(\d{20})\.checkpoint\.parquet$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);

/**
 * The state as of a version that has a checkpoint. Null when it cannot be read: then an older one
 * serves, or the versions from the first.
 */
export async function readCheckpoint(
  store: FileStore,
  folder: string,
  version: number,
): Promise<LogState | null> {
  try {
    const bytes = await store.get(versionName(folder, version, 'checkpoint.parquet'));
    if (bytes === null) return null;
    const rows = await parquetReadObjects({
      file: new Uint8Array(bytes).buffer,
      columns: [...CHECKPOINT_COLUMNS],
    });
    const state = withActions(EMPTY_LOG, version, rows.flatMap(actionOf));
    return state.metaData === null ? null : { ...state, checkpoint: version };
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    // It is not whole. The versions say the same.
    return null;
  }
}

/** Long numbers of Parquet are bigints; these are sizes and times. */
function actionOf(row: Record<string, unknown>): Action[] {
  const { protocol, metaData, add, remove } = row as {
    protocol?: Protocol | null;
    metaData?: (MetaData & { name?: string | null; description?: string | null }) | null;
    add?: Add | null;
    remove?: Remove | null;
  };
  if (protocol) return [{ protocol }];
  if (metaData) {
    const { name: _name, description: _description, ...rest } = metaData;
    return [{ metaData: { ...rest, createdTime: Number(rest.createdTime) } }];
  }
  if (add)
    return [
      {
        add: { ...add, size: Number(add.size), modificationTime: Number(add.modificationTime) },
      },
    ];
  if (remove)
    return [{ remove: { ...remove, deletionTimestamp: Number(remove.deletionTimestamp) } }];
  return [];
}
