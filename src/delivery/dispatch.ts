// Decides when and for whom messages are sent. Each channel has its own worker, so that a
// channel that hangs or fails delays no other.
import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import type { Channel } from '../config/channels/kinds.ts';
import { SECOND_MS } from '../lib/clock.ts';
import { failureTeller } from '../store/file/failure-teller.ts';
import { getHealth } from '../store/outbox/channel-health.ts';
import { hasDue, listWaitingChannels } from '../store/outbox/claims.ts';
import { expireOverdue, killWaiting } from '../store/outbox/outbox.ts';
import { deliverNext } from './attempt.ts';
import type { Senders } from './channels/channel-kind.ts';
import { kindOf } from './channels/kinds.ts';
import { turnOf } from './circuit.ts';
import type { Courier, Result } from './courier.ts';
import { closeSenders, openSenders } from './senders.ts';

const TIMEOUT_MS = 30 * SECOND_MS;
/** Attempts under way at once, over all channels. */
const CONCURRENCY = 8;
/** How often the daemon looks for due deliveries. */
const POLL_MS = SECOND_MS;
/** How long a stop waits for attempts under way. */
const GRACE_MS = 10 * SECOND_MS;

export type DeliveryDeps = Omit<
  Courier,
  'owner' | 'senders' | 'abort' | 'timeoutMs' | 'endsAbsent'
> & {
  /** Bounds one attempt; default 30 s. */ timeoutMs?: number;
  /** Connections of the caller, who closes them; by default opened here, and closed at the end. */
  senders?: Senders;
};

export type DeliverySummary = Record<Result | 'expired', number>;

/**
 * Sends everything that is due now, and returns when nothing is: later retries are left to the next
 * call. When `signal` aborts, nothing more is claimed, and what is under way gets ten seconds. What
 * is for channels and recipients that this config does not name is left to the daemon, whose config
 * may.
 */
export async function deliverDue(
  deps: DeliveryDeps,
  signal?: AbortSignal,
): Promise<DeliverySummary> {
  const stop = signal ?? new AbortController().signal;
  return withDispatch(deps, false, stop, async (dispatch) => {
    let handled: number;
    do {
      // A message about trouble may be made for a channel that was done already.
      handled = count(dispatch.summary);
      sweep(dispatch);
      const workers = await Promise.allSettled(
        dueChannels(dispatch).map((channel) => drain(dispatch, channel)),
      );
      // Only when all workers have ended: the others still need their connections.
      for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
    } while (count(dispatch.summary) > handled && !dispatch.stop.aborted);
    return dispatch.summary;
  });
}

/**
 * Sends what is due whenever it is due, until `signal` aborts; then finishes or gives back what is
 * under way.
 */
export async function runDispatcher(deps: DeliveryDeps, signal: AbortSignal): Promise<void> {
  await withDispatch(deps, true, signal, async (dispatch) => {
    const active = new Map<string, Promise<void>>();
    const tell = failureTeller(deps.log, deps.clock);
    while (!signal.aborted) {
      startWorkers(dispatch, active, tell);
      await deps.clock.sleep(POLL_MS, signal);
    }
    await Promise.all(active.values());
  });
}

type Dispatch = {
  courier: Courier;
  slots: PQueue;
  /** Nothing is claimed after this aborts. */
  stop: AbortSignal;
  summary: DeliverySummary;
  /** By channel: send nothing before this time of the monotonic clock. */
  nextMs: Map<string, number>;
};

async function withDispatch<T>(
  deps: DeliveryDeps,
  endsAbsent: boolean,
  stop: AbortSignal,
  work: (dispatch: Dispatch) => Promise<T>,
): Promise<T> {
  const senders = deps.senders ?? openSenders();
  const abort = new AbortController();
  const finished = new AbortController();
  const endOfGrace = () =>
    void deps.clock.sleep(GRACE_MS, finished.signal).then(() => abort.abort());
  stop.addEventListener('abort', endOfGrace, { once: true });
  const { db, channels, smtp, publicUrl, timezone, locale, called, clock, log, random } = deps;
  const courier: Courier = {
    db,
    channels,
    smtp,
    publicUrl,
    timezone,
    locale,
    called,
    clock,
    log,
    random,
    timeoutMs: deps.timeoutMs ?? TIMEOUT_MS,
    owner: randomUUID(),
    senders,
    endsAbsent,
    abort: abort.signal,
  };
  const summary: DeliverySummary = {
    delivered: 0,
    retry: 0,
    held: 0,
    dead: 0,
    cancelled: 0,
    lost: 0,
    expired: 0,
  };
  try {
    return await work({
      courier,
      slots: new PQueue({ concurrency: CONCURRENCY }),
      stop,
      summary,
      nextMs: new Map(),
    });
  } finally {
    stop.removeEventListener('abort', endOfGrace);
    finished.abort();
    if (deps.senders === undefined) await closeSenders(senders);
  }
}

function startWorkers(
  dispatch: Dispatch,
  active: Map<string, Promise<void>>,
  tell: ReturnType<typeof failureTeller>,
): void {
  try {
    sweep(dispatch);
    for (const channel of dueChannels(dispatch)) {
      if (active.has(channel.name)) continue;
      const worker = drain(dispatch, channel)
        .catch((thrown: unknown) =>
          tell(
            thrown,
            { channel: channel.name },
            'the channel could not be served, and is tried again',
          ),
        )
        .finally(() => active.delete(channel.name));
      active.set(channel.name, worker);
    }
  } catch (thrown) {
    // For example a database that is locked for long. The next look may find it free.
    tell(thrown, {}, 'the outbox could not be read, and is read again');
  }
}

/** Ends messages that nobody waits for any more. */
function sweep({ courier, summary }: Dispatch): void {
  const { db, channels, clock, log, endsAbsent } = courier;
  const now = clock.now();
  const expired = expireOverdue(db, now);
  summary.expired += expired;
  if (expired > 0) log.warn({ expired }, 'messages were not delivered in their time');
  if (!endsAbsent) return;
  const known = new Set(channels.map(({ name }) => name));
  for (const channel of listWaitingChannels(db).filter((name) => !known.has(name)))
    summary.dead += killWaiting(db, channel, now, 'channel_removed: it is not in the config');
}

const dueChannels = (dispatch: Dispatch): Channel[] =>
  dispatch.courier.channels.filter((channel) => isDue(dispatch, channel));

function isDue({ courier: { db, clock } }: Dispatch, { name }: Channel): boolean {
  const now = clock.now();
  const turn = turnOf(getHealth(db, name), now);
  return turn !== 'nothing' && hasDue(db, name, now, turn === 'probe');
}

/** Sends what is due for one channel, one message after the other, at the channel's pace. */
async function drain(dispatch: Dispatch, channel: Channel): Promise<void> {
  const { courier, slots, stop, summary, nextMs } = dispatch;
  const spacingMs = kindOf(channel).spacingMs(channel);
  while (!stop.aborted) {
    const waitMs = (nextMs.get(channel.name) ?? -Infinity) - courier.clock.monotonicMs();
    if (waitMs > 0) {
      if (!isDue(dispatch, channel)) return;
      await courier.clock.sleep(waitMs, stop);
      if (stop.aborted) return;
    }
    nextMs.set(channel.name, courier.clock.monotonicMs() + spacingMs);
    const result = await slots.add(() => deliverNext(courier, channel));
    if (result === null) return;
    summary[result]++;
  }
}

const count = (summary: DeliverySummary): number =>
  Object.values(summary).reduce((sum, value) => sum + value, 0);
