// Makes the pending changes the next version of an export, all at once.
import { commitLog, encodePath, readLog, type Action, type LogState } from './log.ts';
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
 * deleted. Killed between any two of these, it leaves a version that is whole; the next export
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
      for (const { removes } of waiting) for (const name of removes) await store.remove(name);
      return { state: next, committed: waiting, conflicted };
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
