// The syncs of `lake:`: when one is due, what became of it, and who is told.
import type { Config } from '../config/config.ts';
import { noteLake, readLakeNote } from '../store/file/lake-note.ts';
import { commandText } from '../words/shell-text.ts';
import type { LakeOutcome } from './lake-job.ts';
import { runScheduledWork, type WorkDeps } from './scheduled-work.ts';

export type LakeSyncDeps = WorkDeps & {
  /** Syncs the lake that the config describes. */
  sync: (config: Config, signal: AbortSignal) => Promise<LakeOutcome>;
};

/**
 * Makes the syncs that are due until the signal aborts. One that fails stays due, and is tried
 * again. It never throws because of a failure.
 */
export const runLakeSyncs = (deps: LakeSyncDeps): Promise<void> =>
  runScheduledWork(deps, {
    lock: 'lake',
    schedule: ({ lake }) => {
      if (lake === null || lake.schedule === null) return null;
      return { schedule: lake.schedule, timezone: lake.timezone };
    },
    readNote: readLakeNote,
    writeNote: noteLake,
    run: async (config, signal) => {
      const outcome = await deps.sync(config, signal);
      if ('problem' in outcome) return outcome;
      const { place: to, files, rows } = outcome;
      return { made: { at: deps.clock.now(), to }, log: { to, files, rows } };
    },
    failedLine: 'the sync of the lake failed, and is tried again',
    doneLine: 'lake synced',
    type: 'lake.trouble',
    subject: 'lake',
    troubleText: (times, reason) =>
      `The lake could not be synced ${times} times in a row. The last failure: ${reason}. The database has everything, and it is tried again. To try it now: ${commandText(['lake', 'sync'])}`,
    recoveredText: 'The lake is up to date again.',
  });
