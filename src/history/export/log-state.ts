/**
 * What the log of an exported view says: which files the view consists of, as of one version. For
 * Parquet the log is a Delta table's (github.com/delta-io/delta, PROTOCOL.md, reader version 1,
 * writer version 2), so that engines read the folder as it is.
 */
import type { Instant } from '../../lib/clock.ts';
import { parseUnits, UNITS_TAG, type Units } from './units.ts';

export type LogFile = {
  /** As its version says it. */
  add: Add;
  path: string;
  partition: Partition;
  size: number;
  /** Read anew each time that it is asked for. */
  readonly units: Units;
};

/** `list` is the kind of list; `month` is `2026-11`, in UTC. */
export type Partition = { list: string; watch: string; month: string };

export type Add = {
  path: string;
  partitionValues: Partition;
  size: number;
  modificationTime: number;
  dataChange: boolean;
  stats: string;
  tags: Record<string, string>;
};
export type Remove = { path: string; deletionTimestamp: number; dataChange: boolean };
export type Protocol = { minReaderVersion: number; minWriterVersion: number };
export type MetaData = {
  id: string;
  format: { provider: string; options: Record<string, string> };
  schemaString: string;
  partitionColumns: readonly string[];
  configuration: Record<string, string>;
  createdTime: number;
};
/** `txnId` makes the text of a version one that no other writer has. */
export type CommitInfo = {
  timestamp: number;
  operation: string;
  engineInfo: string;
  txnId: string;
};
export type Action =
  | { add: Add }
  | { remove: Remove }
  | { metaData: MetaData }
  | { protocol: Protocol }
  | { commitInfo: CommitInfo };

/** As of one version; -1 is before the first. */
export type LogState = {
  version: number;
  metaData: MetaData | null;
  files: ReadonlyMap<string, LogFile>;
  /** Files that are no part of it any more, and since when. */
  removed: ReadonlyMap<string, Instant>;
  /** The version of the newest checkpoint; -1 without one. */
  checkpoint: number;
};

export const EMPTY_LOG: LogState = {
  version: -1,
  metaData: null,
  files: new Map(),
  removed: new Map(),
  checkpoint: -1,
};

/** A state with these actions as its next version. @throws Error when one cannot be understood. */
export function withActions(
  state: LogState,
  version: number,
  actions: readonly Action[],
): LogState {
  const files = new Map(state.files);
  const removed = new Map(state.removed);
  let { metaData } = state;
  for (const action of actions) {
    if ('add' in action) {
      const { path, partitionValues, size, tags } = action.add;
      const name = decodeURIComponent(path);
      removed.delete(name);
      const units = () => parseUnits(tags[UNITS_TAG] ?? '{}');
      // That they can be understood is known at once. They are not kept: of a lake of many months
      // they would take more memory than all else.
      units();
      files.set(name, {
        add: action.add,
        path: name,
        partition: partitionValues,
        size,
        get units() {
          return units();
        },
      });
    } else if ('remove' in action) {
      const name = decodeURIComponent(action.remove.path);
      files.delete(name);
      removed.set(name, action.remove.deletionTimestamp);
    } else if ('metaData' in action) metaData = action.metaData;
    else if ('protocol' in action && action.protocol.minWriterVersion > 2)
      throw new Error('a newer version of Tidemark, or another program, wrote it');
  }
  return { version, metaData, files, removed, checkpoint: state.checkpoint };
}

/** Paths in the log are URLs. */
export const encodePath = (name: string): string =>
  name.split('/').map(encodeURIComponent).join('/').replaceAll('%3D', '=');

/** The name of a version in the log's folder, or of a file beside it with another ending. */
export const versionName = (folder: string, version: number, ending = 'json'): string =>
  `${folder}/${String(version).padStart(20, '0')}.${ending}`;
