/**
 * The log of an exported view, read and written. A version is one file that is put where none is,
 * and never changed: whoever comes second reads what the first did.
 */
import type { Instant } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { checkpointsIn, readCheckpoint } from './checkpoint.ts';
import type { FileStore } from './file-store.ts';
import { EMPTY_LOG, versionName, withActions, type Action, type LogState } from './log-state.ts';

/**
 * What the log says by its newest version; reads on from `known`, or from the newest checkpoint.
 * @throws AppError `file_unusable` when a version is missing or damaged: what the files hold is not
 * known then, and nothing may be written over them.
 */
export async function readLog(
  store: FileStore,
  folder: string,
  known: LogState = EMPTY_LOG,
): Promise<LogState> {
  const names = (await store.list(folder)).map(({ name }) => name);
  let state = known.version === -1 ? await fromCheckpoint(store, folder, names) : known;
  const versions = names
    .flatMap((name) => VERSION.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((version) => version > state.version)
    .sort((a, b) => a - b);
  for (const version of versions) {
    const name = versionName(folder, version);
    try {
      if (version !== state.version + 1)
        throw new Error(`version ${state.version + 1} is missing before it`);
      state = withActions(state, version, parseVersion(await store.get(name)));
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw damaged(store.describe(name), messageOf(thrown));
    }
  }
  return state;
}

const VERSION = /(?:^|\/)(\d{20})\.json$/;

/** By the newest checkpoint that is whole; before the first version where there is none. */
async function fromCheckpoint(
  store: FileStore,
  folder: string,
  names: readonly string[],
): Promise<LogState> {
  for (const version of checkpointsIn(names)) {
    const state = await readCheckpoint(store, folder, version);
    if (state !== null) return state;
  }
  return EMPTY_LOG;
}

/**
 * Removes versions, and checkpoints, that nobody reads any more: those before `checkpoint`, which is
 * not the newest, so that who has just been told of it still finds what comes after; and which are
 * older than `before` by the clock of the store.
 */
export async function forgetVersions(
  store: FileStore,
  folder: string,
  checkpoint: number,
  before: Instant,
): Promise<void> {
  for (const { name, modifiedAt } of await store.list(folder)) {
    const [, version] = /(?:^|\/)(\d{20})\.(?:json|checkpoint\.parquet)$/.exec(name) ?? [];
    if (version !== undefined && Number(version) < checkpoint && modifiedAt < before)
      await store.remove(name);
  }
}

function parseVersion(bytes: Buffer | null): Action[] {
  const text = bytes?.toString('utf8') ?? '';
  if (!text.endsWith('\n')) throw new Error('it ends in the middle of a line');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Action);
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
  return withActions(state, version, actions);
}
