// How the backups of `backup:` and the syncs of `lake:` go. One answer for status, doctor, metrics.
import type { BackupTarget, Config } from '../config/config.ts';
import { placeText } from '../config/place-text.ts';
import { HOUR_MS, type Instant } from '../lib/clock.ts';
import { lastSlot, nextSlot } from '../schedule/slots.ts';
import { readBackupNote, type BackupNote } from '../store/file/backup-note.ts';
import { readLakeNote, type LakeNote } from '../store/file/lake-note.ts';

export type WorkState<Note> = {
  /** Where it goes, as text without secrets. */
  to: string;
  note: Note | null;
  nextAt: Instant | null;
  /** The slot that should have been served more than two hours ago; null: none. */
  overdueAt: Instant | null;
};
export type BackupState = WorkState<BackupNote>;
export type LakeState = WorkState<LakeNote>;

/** A large backup over a slow line, with a failure or two, may take that long. */
const LATE_MS = 2 * HOUR_MS;

/** Null where no backups are configured. */
export const readBackups = ({ backup, database }: Config, now: Instant): BackupState | null =>
  backup === null ? null : stateOf(backup, backup.schedule, readBackupNote(database), now);

/** Null where the daemon has no lake to sync. */
export function readLakeSyncs({ lake, database }: Config, now: Instant): LakeState | null {
  if (lake === null || lake.schedule === null) return null;
  return stateOf(lake, lake.schedule, readLakeNote(database), now);
}

function stateOf<Note extends { slotAt: Instant }>(
  { to, timezone }: { to: BackupTarget; timezone: string },
  schedule: string,
  note: Note | null,
  now: Instant,
): WorkState<Note> {
  const slot = lastSlot(schedule, timezone, now);
  const isOwed = note !== null && slot !== null && note.slotAt < slot && now - slot > LATE_MS;
  return {
    to: placeText(to),
    note,
    nextAt: nextSlot(schedule, timezone, now),
    overdueAt: isOwed ? slot : null,
  };
}
