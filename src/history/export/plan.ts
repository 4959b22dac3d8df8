// What becomes of one month of a watch: which units come from the database, and which from the
// earlier files. Pure functions.
import type { LogFile } from './log-state.ts';
import { slotOf, type UnitState } from '../../store/export/unit.ts';
import type { DbUnit } from '../../store/export/unit.ts';

/**
 * Where a unit of the new file comes from: the database, or a file that is replaced. `isSame`: its
 * rows are those of the file.
 */
export type Part = UnitState & { key: string; isSame: boolean } & (
    { id: number } | { path: string }
  );

export type Plan = {
  /** All units of the new file, in its order; null when the files stay as they are. */
  parts: Part[] | null;
  /** How many units only the folder has. */
  kept: number;
};

export type PlanInput = {
  /** What the database has of the month. */
  units: readonly DbUnit[];
  /** The files of the month, those that are whole on the disk. */
  files: readonly LogFile[];
  /** Whether the database still holds the snapshot of a slot, whatever became of it. */
  isHeld: (slot: string) => boolean;
  /** Whether the slot of a unit is asked for; others stay as they are. */
  isAsked: (slot: string) => boolean;
  /** A file of the month is gone: the log must not name it any more. */
  isLost: boolean;
  /** A unit of alerts is never taken back; a snapshot may be, when its status changes. */
  isAlert: boolean;
  /** Write anew what the database has, also where nothing changed. */
  full: boolean;
};

/**
 * A unit that the database has no more stays as it is in the files. So does one whose comparison
 * the database cannot make any more: its baseline is gone, and it would be compared with an older
 * one, or with none.
 */
export function planPartition(input: PlanInput): Plan {
  const { units, files, isHeld, isAlert, full } = input;
  const held = new Map(units.map((unit) => [unit.key, unit]));
  const before = new Map(
    files.flatMap(({ path, units: states }) =>
      [...states].map(([key, state]) => [key, { ...state, key, path, isSame: true }] as const),
    ),
  );
  const parts: Part[] = [];
  let kept = 0;
  let isChanged = files.length > 1 || input.isLost;
  for (const key of [...new Set([...held.keys(), ...before.keys()])].sort()) {
    const now = held.get(key);
    const old = before.get(key);
    if (old !== undefined && !input.isAsked(slotOf(key))) parts.push(old);
    else if (old !== undefined && isOnlyThere(old, now)) {
      parts.push(old);
      kept += 1;
    } else if (now === undefined) isChanged = true;
    else {
      const isSame = !full && old?.digest === now.digest;
      parts.push({ ...now, isSame });
      isChanged ||= !isSame;
    }
  }
  return { parts: isChanged ? parts : null, kept };

  function isOnlyThere(old: Part, now: DbUnit | undefined): boolean {
    return now === undefined ? isAlert || !isHeld(slotOf(old.key)) : isTakenOver(old, now, isHeld);
  }
}

/** Whether a unit that the database has stays as it is in the files: its baseline is gone. */
export function isTakenOver(
  old: UnitState,
  now: UnitState,
  isHeld: (slot: string) => boolean,
): boolean {
  if (old.digest === now.digest || old.deps.length === 0) return false;
  return now.deps.length === 0 || !old.deps.every(isHeld);
}
