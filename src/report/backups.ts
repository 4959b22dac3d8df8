// How the backups of `backup:` go. One answer for status, doctor and metrics.
import type { Config } from '../config/config.ts';
import { HOUR_MS, type Instant } from '../lib/clock.ts';
import { lastSlot, nextSlot } from '../schedule/slots.ts';
import { readBackupNote, type BackupNote } from '../store/file/backup-note.ts';

export type BackupState = {
  /** Where they go, as text without secrets. */
  to: string;
  note: BackupNote | null;
  nextAt: Instant | null;
  /** The slot that should have been served more than two hours ago; null: none. */
  overdueAt: Instant | null;
};

/** A large backup over a slow line, with a failure or two, may take that long. */
const LATE_MS = 2 * HOUR_MS;

/** Null where no backups are configured. */
export function readBackups({ backup, database }: Config, now: Instant): BackupState | null {
  if (backup === null) return null;
  const { to, schedule, timezone } = backup;
  const note = readBackupNote(database);
  const slot = lastSlot(schedule, timezone, now);
  const isOwed = note !== null && slot !== null && note.slotAt < slot && now - slot > LATE_MS;
  return {
    to: to.kind === 'folder' ? to.path : `s3://${[to.bucket, to.prefix].filter(Boolean).join('/')}`,
    note,
    nextAt: nextSlot(schedule, timezone, now),
    overdueAt: isOwed ? slot : null,
  };
}
