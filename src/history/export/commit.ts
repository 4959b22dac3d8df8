// Makes the pending changes the next version of an export, all at once.
import { DAY_MS } from '../../lib/clock.ts';
import { isCheckpointDue, writeCheckpoint } from './checkpoint.ts';
import { keepOf } from './keep.ts';
import { commitLog, forgetVersions, readLog } from './log.ts';
import { encodePath, type Action, type LogState } from './log-state.ts';
import { commitInfo } from './open-log.ts';
import { logFolder, type Target } from './target.ts';
import type { Pending } from './write-month.ts';

export type Committed = {
  state: LogState;
  committed: Pending[];
  /** Another export changed their months first, so their files were deleted again. */
  conflicted: Pending[];
};

/**
 * New files get their names, then comes the version that names them, and then old files are
 * deleted, unless the table keeps them for a while. Killed between any two of these, it leaves a version that is whole; the next export
 * removes what is left over. Nothing to commit makes no version.
 */
export async function commitPending(
  target: Target,
  from: LogState,
  pending: readonly Pending[],
): Promise<Committed> {
  const { store } = target;
  const folder = logFolder(target);
  const conflicted: Pending[] = [];
  let state = from;
  let waiting = [...pending];
  for (const { file } of waiting) if (file !== null) await store.put(file.name, file.localPath);
  while (waiting.length > 0) {
    const next = await commitLog(store, folder, state, actionsOf(target, waiting));
    if (next !== null) {
      if (keepOf(next) === 0)
        for (const { removes } of waiting) for (const name of removes) await store.remove(name);
      state = await keepCheckpoint(target, next);
      return { state, committed: waiting, conflicted };
    }
    state = await readLog(store, folder, state);
    const current = state;
    const isStill = ({ partition, base }: Pending): boolean => {
      const files = [...current.files.values()].filter(
        (file) =>
          file.partition.watch === partition.watch && file.partition.month === partition.month,
      );
      return files.length === base.length && files.every(({ path }) => base.includes(path));
    };
    const lost = waiting.filter((change) => !isStill(change));
    for (const { file } of lost) if (file !== null) await store.remove(file.name);
    conflicted.push(...lost);
    waiting = waiting.filter(isStill);
  }
  return { state, committed: [], conflicted };
}

/** Without a checkpoint, a table of many versions opens slowly. */
async function keepCheckpoint(target: Target, state: LogState): Promise<LogState> {
  if (target.format !== 'parquet' || !isCheckpointDue(state)) return state;
  const { store, scratch, now } = target;
  const folder = logFolder(target);
  const forgetBefore = now() - Math.max(keepOf(state), FORGET_MS);
  const next = await writeCheckpoint(store, scratch, folder, state, forgetBefore);
  await forgetVersions(store, folder, state.checkpoint, now() - LOG_KEEP_MS);
  return next;
}

/** Files removed longer ago are deleted, and need not be known any more. */
const FORGET_MS = 7 * DAY_MS;

/** As Delta by default (`delta.logRetentionDuration`): how far back others may look. */
const LOG_KEEP_MS = 30 * DAY_MS;

function actionsOf(target: Target, pending: readonly Pending[]): Action[] {
  const at = target.now();
  return [
    commitInfo(target, 'WRITE'),
    ...pending.flatMap(({ file, removes }): Action[] => [
      ...removes.map((name): Action => ({
        remove: { path: encodePath(name), deletionTimestamp: at, dataChange: true },
      })),
      ...(file === null ? [] : [{ add: file.add }]),
    ]),
  ];
}
