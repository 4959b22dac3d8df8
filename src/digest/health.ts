// What became of the slots of a period. Every digest says it first, since its figures are worth
// no more than this.
import type { Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import type { DigestTrouble, DigestWatch } from '../message/digest.ts';
import { slotsBetween } from '../schedule/slots.ts';
import type { PeriodSnapshot } from '../store/digests/digest-facts.ts';
import type { Period } from './period.ts';

/** More troubles than this are counted, not listed. */
const MAX_TROUBLES = 10;

type Health = DigestWatch['health'];

/**
 * The slots that were due: those of the schedule since the watch has it, and those recorded under
 * an earlier schedule. `scheduledFromAt` is null for a watch of which no pass was ever made.
 */
export function healthOf(
  watch: Pick<Watch, 'schedule' | 'timezone'>,
  scheduledFromAt: Instant | null,
  snapshots: readonly PeriodSnapshot[],
  period: Period,
  credits: number,
): Health {
  const scheduled = snapshots.filter(({ origin }) => origin === 'schedule' || origin === 'catchup');
  const recorded = new Set(snapshots.map(({ slotAt }) => slotAt));
  const due =
    scheduledFromAt === null
      ? []
      : slotsBetween(
          watch.schedule,
          watch.timezone,
          Math.max(period.sinceAt, scheduledFromAt),
          period.slotAt,
        );
  const pending = due.filter((slotAt) => !recorded.has(slotAt));
  const count = (status: PeriodSnapshot['status']) =>
    scheduled.filter((snapshot) => snapshot.status === status).length;
  const troubles = [
    ...scheduled.flatMap(({ slotAt, status, reason }) =>
      status === 'complete' ? [] : [{ slotAt, status, reason: reason ?? status }],
    ),
    ...pending.map((slotAt) => ({ slotAt, status: 'pending' as const, reason: 'not taken yet' })),
  ].sort((a, b) => b.slotAt - a.slotAt);
  return {
    expected: scheduled.length + pending.length,
    complete: count('complete'),
    partial: count('partial'),
    stale: count('stale'),
    suspect: count('suspect'),
    failed: count('failed'),
    missed: count('missed'),
    pending: pending.length,
    extra: snapshots.length - scheduled.length,
    ...inLakeOf(snapshots),
    troubles: troubles
      .slice(0, MAX_TROUBLES)
      .map(({ slotAt, ...rest }): DigestTrouble => ({ slot_at: isoTime(slotAt), ...rest })),
    credits,
  };
}

function inLakeOf(snapshots: readonly PeriodSnapshot[]): Pick<Health, 'in_lake'> {
  const left = snapshots.filter(({ inLake }) => inLake === 1);
  const [first, last] = [left[0], left.at(-1)];
  if (first === undefined || last === undefined) return {};
  return {
    in_lake: { snapshots: left.length, from: isoTime(first.slotAt), to: isoTime(last.slotAt) },
  };
}
