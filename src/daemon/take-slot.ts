// One slot: its pass, and what the pass means for the slots after it.
import type { Config } from '../config/config.ts';
import { isoTime, isoTimeOrNull, MINUTE_MS, type Instant } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FetchedList, SnapshotStatus } from '../model.ts';
import { ASK_AGAIN_MS } from '../schedule/overdue.ts';
import { runPass, type FetchList, type PassDeps } from '../pipeline.ts';
import type { Unpublished } from '../pass/outcome.ts';
import type { Due } from './find-due.ts';

/** A slot that is taken later than this counts as caught up. */
const PUNCTUAL_MS = 2 * MINUTE_MS;

/** Called with the result of each pass; null: it could not be stored. */
export type AfterPass = (watch: string, status: SnapshotStatus | null) => void;

/**
 * Runs the pass of one slot. Returns whether there was anything to do, when the source refused us
 * (if it did), and whether the pass failed in a way that was not foreseen.
 */
export async function takeSlot(
  deps: Omit<PassDeps, 'config'> & { log: Log; afterPass?: AfterPass },
  config: Config,
  { watch, slotAt, isOpen }: Due,
  refusals: ReadonlyMap<string, Instant>,
): Promise<{ hasTried: boolean; refusedAt: Instant | null; hasFailed: boolean }> {
  const { db, clock, log } = deps;
  const startedAt = clock.now();
  const startedMs = clock.monotonicMs();
  // Slots that were due already when their source refused are not asked for.
  const refusedAt = refusals.get(watch.source) ?? -Infinity;
  // One that waits for its list goes on waiting, and is asked for again as late as after its own
  // refusal.
  if (isOpen && startedAt < refusedAt + ASK_AGAIN_MS) return NOTHING;
  const isPaused = slotAt <= refusedAt && !isOpen;
  const fetchList: FetchList = isPaused ? async () => pausedList(startedAt) : deps.fetchList;
  try {
    const outcome = await runPass(
      { db, config, clock, fetchList, signal: deps.signal, rowsAndRules: deps.rowsAndRules },
      watch,
      slotAt,
      startedAt - slotAt > PUNCTUAL_MS ? 'catchup' : 'schedule',
    );
    if (outcome.kind === 'unpublished') {
      tellUnpublished(log, outcome);
      if (outcome.isGivenUp) deps.afterPass?.(watch.name, 'missed');
      const refusedNow = mustRest(outcome.refused) ? clock.now() : null;
      return { hasTried: true, refusedAt: refusedNow, hasFailed: false };
    }
    if (outcome.kind !== 'taken') return NOTHING;
    const { result, note } = outcome;
    const fields = {
      ...result,
      ...(note === null ? {} : { note }),
      ms: Math.round(clock.monotonicMs() - startedMs),
    };
    if (result.status === 'complete') log.info(fields, 'snapshot');
    else log.warn(fields, 'snapshot');
    deps.afterPass?.(watch.name, result.status);
    return {
      hasTried: true,
      refusedAt: mustRest(outcome.refused) ? clock.now() : null,
      hasFailed: false,
    };
  } catch (thrown) {
    log.error(
      { watch: watch.name, slot_at: isoTime(slotAt), err: messageOf(thrown) },
      'pass failed',
    );
    deps.afterPass?.(watch.name, null);
    return { hasTried: true, refusedAt: null, hasFailed: true };
  }
}

const NOTHING = { hasTried: false, refusedAt: null, hasFailed: false } as const;

function tellUnpublished(log: Log, { watch, slotAt, dataDate, ...left }: Unpublished): void {
  const of = dataDate === null ? {} : { data_date: dataDate };
  const fields = { watch, slot_at: isoTime(slotAt), ...of, credits: left.credits };
  const { failure: reason } = left;
  if (reason !== null)
    log.warn(
      { ...fields, reason, again_at: isoTimeOrNull(left.againAt) },
      'the list that is waited for could not be asked for',
    );
  else if (left.isGivenUp) log.warn(fields, 'not published: the slot is missed');
  else log.info({ ...fields, again_at: isoTimeOrNull(left.againAt) }, 'not published yet');
}

/** What a watch gets while its source rests: no list, at no cost. */
export const pausedList = (startedAt: Instant): FetchedList => ({
  startedAt,
  pages: [],
  credits: 0,
  requests: 0,
  refused: null,
  missing: [
    {
      page: 1,
      reason: 'aborted',
      detail: 'not asked for: the source had just refused another watch',
    },
  ],
});

/**
 * A 401 or 402 makes the source rest until the next slot. Our own daily limit does not: a smaller
 * watch may still fit into it.
 */
export const mustRest = (refused: FetchedList['refused']): boolean =>
  refused !== null && refused.reason !== 'daily_credits';
