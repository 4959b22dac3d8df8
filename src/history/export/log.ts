/**
 * The log of an exported view: which files it consists of, version by version. For Parquet it is a
 * Delta table's (github.com/delta-io/delta, PROTOCOL.md, reader version 1, writer version 2), so
 * that engines read the folder as it is. A version is one file that is put where none is, and never
 * changed: whoever comes second reads what the first did.
 */
import { AppError, messageOf } from '../../lib/errors.ts';
import type { FileStore } from './file-store.ts';
import { parseUnits, UNITS_TAG, type Units } from './units.ts';

export type LogFile = {
  path: string;
  partition: Partition;
  size: number;
  units: Units;
};

/** `list` is the kind of list; `month` is `2026-11`, in UTC. */
export type Partition = { list: string; watch: string; month: string };

export type Add = {
  path: string;
  partitionValues: Partition;
  size: number;
  modificationTime: number;
  dataChange: true;
  stats: string;
  tags: Record<string, string>;
};
export type Remove = { path: string; deletionTimestamp: number; dataChange: true };
export type MetaData = {
  id: string;
  format: { provider: string; options: Record<string, string> };
  schemaString: string;
  partitionColumns: readonly string[];
  configuration: Record<string, string>;
  createdTime: number;
};
export type Action =
  | { add: Add }
  | { remove: Remove }
  | { metaData: MetaData }
  | { protocol: { minReaderVersion: number; minWriterVersion: number } }
  | { commitInfo: { timestamp: number; operation: string; engineInfo: string } };

/** As of one version; -1 is before the first. */
export type LogState = {
  version: number;
  metaData: MetaData | null;
  files: ReadonlyMap<string, LogFile>;
  /** Files that are no part of it any more. */
  removed: ReadonlySet<string>;
};

export const EMPTY_LOG: LogState = {
  version: -1,
  metaData: null,
  files: new Map(),
  removed: new Set(),
};

/**
 * What the log says by its newest version; reads on from `known`.
 * @throws AppError `file_unusable` when a version is missing or damaged: what the files hold is not
 * known then, and nothing may be written over them.
 */
export async function readLog(
  store: FileStore,
  folder: string,
  known: LogState = EMPTY_LOG,
): Promise<LogState> {
  const versions = (await store.list(folder))
    .flatMap(({ name }) => /(?:^|\/)(\d{20})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((version) => version > known.version)
    .sort((a, b) => a - b);
  const state = {
    version: known.version,
    metaData: known.metaData,
    files: new Map(known.files),
    removed: new Set(known.removed),
  };
  for (const version of versions) {
    const name = versionName(folder, version);
    try {
      if (version !== state.version + 1)
        throw new Error(`version ${state.version + 1} is missing before it`);
      const text = (await store.get(name))?.toString('utf8') ?? '';
      if (!text.endsWith('\n')) throw new Error('it ends in the middle of a line');
      for (const line of text.trimEnd().split('\n')) apply(state, JSON.parse(line) as Action);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw damaged(store.describe(name), messageOf(thrown));
    }
    state.version = version;
  }
  return state;
}

function apply(
  state: { metaData: MetaData | null; files: Map<string, LogFile>; removed: Set<string> },
  action: Action,
): void {
  if ('add' in action) {
    const { path, partitionValues, size, tags } = action.add;
    const name = decodeURIComponent(path);
    state.removed.delete(name);
    state.files.set(name, {
      path: name,
      partition: partitionValues,
      size,
      units: parseUnits(tags[UNITS_TAG] ?? '{}'),
    });
  } else if ('remove' in action) {
    const name = decodeURIComponent(action.remove.path);
    state.files.delete(name);
    state.removed.add(name);
  } else if ('metaData' in action) state.metaData = action.metaData;
  else if ('protocol' in action && action.protocol.minWriterVersion > 2)
    throw new Error('a newer version of Tidemark, or another program, wrote it');
}

function damaged(path: string, reason: string): AppError {
  return new AppError('file_unusable', `the log of this export is damaged: ${path}: ${reason}`, {
    hint:
      'nothing was changed. Put that file back from a copy, or export into another folder: ' +
      'the files in this one may hold what the database has no more',
  });
}

/**
 * Writes the next version. Null when another writer wrote it first: read the log again, and decide
 * anew.
 */
export async function commitLog(
  store: FileStore,
  folder: string,
  state: LogState,
  actions: readonly Action[],
): Promise<LogState | null> {
  const version = state.version + 1;
  const text = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
  if (!(await store.putIfAbsent(versionName(folder, version), text))) return null;
  const next = {
    version,
    metaData: state.metaData,
    files: new Map(state.files),
    removed: new Set(state.removed),
  };
  for (const action of actions) apply(next, action);
  return next;
}

const versionName = (folder: string, version: number): string =>
  `${folder}/${String(version).padStart(20, '0')}.json`;

/** Paths in the log are URLs. */
export const encodePath = (name: string): string =>
  name.split('/').map(encodeURIComponent).join('/').replaceAll('%3D', '=');
