/**
 * The state machine of one rule for one product of one series: a pure function of the state before
 * and the answers of one evaluated snapshot.
 *
 *   idle --true--> pending --true, `for` slots in a row--> open --clear, `clear_for` slots in a row--> idle
 *
 * Unknown leaves everything as it was. Time is the slot; nothing reads a clock.
 */
import type { Instant } from '../lib/clock.ts';
import type { MachineState, Quiet } from '../model.ts';

/** True, false, or unknown: SQL's NULL. */
export type Truth = boolean | null;

/** What the machine needs to know of a rule. */
export type Timing = {
  for: number;
  clearFor: number;
  cooldownMs: number | null;
  repeatMs: number | null;
  resolved: boolean;
};

export type Answers = {
  slotAt: Instant;
  when: Truth;
  /** `clear`, or where the rule has none, the opposite of `when`. */
  clear: Truth;
  isSilenced: boolean;
  /**
   * A scheduled slot lies between it and the snapshot evaluated before. Of several for one slot, as
   * some taken by hand are, only the first counts towards `for` and `clear_for`.
   */
  isNewSlot: boolean;
  /**
   * The snapshot evaluated before is more than `max_gap` away: a row of `for` that was being
   * counted begins again.
   */
  isAfterGap: boolean;
};

/**
 * What a step decided.
 *   fired      an episode began, and is told
 *   quiet      an episode began, and is not told
 *   told       an episode that was quiet is told now
 *   reminded   it still fires, and `repeat` has passed
 *   resolved   it ended; `isTold` when that is a message too
 */
export type Decision =
  | { kind: 'fired' }
  | { kind: 'quiet'; reason: Quiet }
  | { kind: 'told' }
  | { kind: 'reminded' }
  | { kind: 'resolved'; isTold: boolean };

export const IDLE: MachineState = {
  state: 'idle',
  forCount: 0,
  clearCount: 0,
  quiet: null,
  toldSlotAt: null,
  remindedSlotAt: null,
};

/**
 * One evaluated snapshot for one product: the state after it, and what was decided; null where
 * nothing was.
 */
export function step(
  timing: Timing,
  before: MachineState,
  answers: Answers,
): { next: MachineState; decision: Decision | null } {
  return before.state === 'open'
    ? stepOpen(timing, before, answers)
    : stepTowardsFiring(timing, before, answers);
}

/**
 * The state of a product for which the condition already held when its rule first met the series:
 * open, and quiet for good.
 */
export const adopt = (): { next: MachineState; decision: Decision } => ({
  next: { ...IDLE, state: 'open', quiet: 'adopted' },
  decision: { kind: 'quiet', reason: 'adopted' },
});

function stepTowardsFiring(
  timing: Timing,
  before: MachineState,
  answers: Answers,
): { next: MachineState; decision: Decision | null } {
  const idle: MachineState = { ...IDLE, toldSlotAt: before.toldSlotAt };
  const kept = answers.isAfterGap ? idle : before;
  if (answers.when === null) return { next: kept, decision: null };
  if (!answers.when) return { next: idle, decision: null };
  const forCount = counted(kept.forCount, answers);
  if (forCount < timing.for)
    return { next: { ...idle, state: 'pending', forCount }, decision: null };
  const reason = whyQuiet(timing, before, answers);
  const open: MachineState = { ...idle, state: 'open', quiet: reason };
  if (reason !== null) return { next: open, decision: { kind: 'quiet', reason } };
  return { next: { ...open, toldSlotAt: answers.slotAt }, decision: { kind: 'fired' } };
}

function stepOpen(
  timing: Timing,
  before: MachineState,
  answers: Answers,
): { next: MachineState; decision: Decision | null } {
  const { when, clear, slotAt, isSilenced } = answers;
  // An answer that is unknown to both questions decides nothing, and is no moment for a reminder
  // either.
  if (when === null && clear === null) return { next: before, decision: null };
  const clearCount = clearCountAfter(before.clearCount, answers);
  if (clearCount >= timing.clearFor) {
    const isTold = timing.resolved && before.quiet === null && !isSilenced;
    return {
      next: { ...IDLE, toldSlotAt: before.toldSlotAt },
      decision: { kind: 'resolved', isTold },
    };
  }
  const still = { ...before, clearCount };
  if (before.quiet === 'adopted') return { next: still, decision: null };
  if (before.quiet !== null) {
    const reason = whyQuiet(timing, before, answers);
    if (reason !== null) return { next: { ...still, quiet: reason }, decision: null };
    return { next: { ...still, quiet: null, toldSlotAt: slotAt }, decision: { kind: 'told' } };
  }
  const lastSaidAt = before.remindedSlotAt ?? before.toldSlotAt ?? slotAt;
  const isReminderDue =
    timing.repeatMs !== null && slotAt - lastSaidAt >= timing.repeatMs && !isSilenced;
  return isReminderDue
    ? { next: { ...still, remindedSlotAt: slotAt }, decision: { kind: 'reminded' } }
    : { next: still, decision: null };
}

/** `when` wins over `clear`. */
function clearCountAfter(before: number, answers: Answers): number {
  if (answers.when === true || answers.clear === false) return 0;
  return answers.clear === true ? counted(before, answers) : before;
}

/** A row that is being counted goes on only with a new slot; its first slot may be any. */
const counted = (count: number, { isNewSlot }: Answers): number =>
  isNewSlot || count === 0 ? count + 1 : count;

/**
 * Cooldown counts from the last firing that was told, and has ended when as much time has passed
 * (elapsed >= cooldown).
 */
function whyQuiet(
  timing: Timing,
  before: MachineState,
  { slotAt, isSilenced }: Answers,
): 'silenced' | 'cooldown' | null {
  if (isSilenced) return 'silenced';
  const isCooling =
    timing.cooldownMs !== null &&
    before.toldSlotAt !== null &&
    slotAt - before.toldSlotAt < timing.cooldownMs;
  return isCooling ? 'cooldown' : null;
}

/**
 * Is there nothing to remember? Then the state needs no row. When something was told is kept for
 * good: a cooldown may be added or made longer later.
 */
export const isForgettable = ({ state, toldSlotAt }: MachineState): boolean =>
  state === 'idle' && toldSlotAt === null;

/**
 * For a product for which `when` is true: will every next step lead to nothing for as long as it
 * stays true, but for reminders?
 */
export const isSettledWhileTrue = ({ state, clearCount, quiet }: MachineState): boolean =>
  state === 'open' && clearCount === 0 && (quiet === null || quiet === 'adopted');

/** Is there nothing to write down? Thousands of alerts may stay as they are from slot to slot. */
export const isSameState = (a: MachineState, b: MachineState): boolean =>
  a.state === b.state &&
  a.forCount === b.forCount &&
  a.clearCount === b.clearCount &&
  a.quiet === b.quiet &&
  a.toldSlotAt === b.toldSlotAt &&
  a.remindedSlotAt === b.remindedSlotAt;
