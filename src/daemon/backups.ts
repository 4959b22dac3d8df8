// The backups of `backup:`: when one is due, what became of it, and who is told.
import type { Config } from '../config/config.ts';
import { noteBackup, readBackupNote } from '../store/file/backup-note.ts';
import { commandText } from '../words/shell-text.ts';
import type { BackupOutcome } from './backup-job.ts';
import { runScheduledWork, type WorkDeps } from './scheduled-work.ts';

export type BackupDeps = WorkDeps & {
  /** Makes the backup that the config describes. */
  make: (config: Config, signal: AbortSignal) => Promise<BackupOutcome>;
};

/**
 * Makes the backups that are due until the signal aborts. One that fails stays due. It never throws
 * because of a failure.
 */
export const runBackups = (deps: BackupDeps): Promise<void> =>
  runScheduledWork(deps, {
    lock: 'backup',
    schedule: ({ backup }) => backup,
    readNote: readBackupNote,
    writeNote: noteBackup,
    run: async (config, signal) => {
      const outcome = await deps.make(config, signal);
      if ('problem' in outcome) return outcome;
      const { place: to, file: name, bytes } = outcome;
      return { made: { at: deps.clock.now(), name, to, bytes }, log: { to, name, bytes } };
    },
    failedLine: 'the backup failed, and is tried again',
    doneLine: 'backup made',
    type: 'backup.trouble',
    subject: 'backup',
    troubleText: (times, reason) =>
      `The backup could not be made ${times} times in a row. The last failure: ${reason}. It is tried again. To try it now: ${commandText(['backup'])} --as-configured`,
    recoveredText: 'A backup was made, and verified.',
  });
