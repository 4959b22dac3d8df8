// Everything that the page ever changes. Each is a short transaction, done by the connection that
// writes.
import type { Channel } from '../config/channels/kinds.ts';
import { requireChannel } from '../delivery/require-channel.ts';
import { putBackByHand } from '../delivery/retry-by-hand.ts';
import { testByOutbox, type TestByOutbox } from '../delivery/test-by-outbox.ts';
import { subscribe, unsubscribe } from '../delivery/unsubscribe.ts';
import type { Instant } from '../lib/clock.ts';
import { requireDelivery } from '../report/deliveries.ts';
import { insertSilence, removeSilence, type NewSilence } from '../store/alerts/silences.ts';
import type { Db } from '../store/file/open.ts';
import type { Subscription } from '../store/outbox/unsubscribed.ts';
import type { Session } from '../store/web/sessions.ts';
import { deleteSession, insertSession, noteSession } from '../store/web/sessions.ts';
import { noteToken } from '../store/web/tokens.ts';

/** Plain values, since they may go from thread to thread. */
export type Write =
  | { kind: 'session.begin'; session: Pick<Session, 'hash' | 'role' | 'password'> }
  | { kind: 'session.used'; hash: Uint8Array }
  | { kind: 'session.end'; hash: Uint8Array }
  | { kind: 'token.used'; name: string }
  | { kind: 'unsubscribe' | 'subscribe'; subscription: Subscription }
  | { kind: 'silence.add'; silence: NewSilence }
  | { kind: 'silence.end'; id: number }
  | { kind: 'delivery.retry'; id: number; force: boolean }
  | { kind: 'channel.test'; channel: string };

/** The result of each. */
export type WriteResult = {
  'session.begin': null;
  'session.used': null;
  'session.end': null;
  'token.used': null;
  /** false: it was so already. */
  unsubscribe: boolean;
  subscribe: boolean;
  /** Its id. */
  'silence.add': number;
  /** false: there was none, or it had ended. */
  'silence.end': boolean;
  /** Why it is not sent again; null when it is. */
  'delivery.retry': string | null;
  'channel.test': TestByOutbox;
};

/** What is needed to write. */
export type WriteDeps = { db: Db; channels: readonly Channel[] };

/** Does one write. @throws AppError as the same command does */
export function performWrite<Kind extends Write['kind']>(
  deps: WriteDeps,
  write: Extract<Write, { kind: Kind }>,
  now: Instant,
): WriteResult[Kind] {
  return perform(deps, write, now) as WriteResult[Kind];
}

function perform(deps: WriteDeps, write: Write, now: Instant): WriteResult[Write['kind']] {
  const { db } = deps;
  switch (write.kind) {
    case 'session.begin': {
      // From another thread bytes arrive as they are, and no longer as a Buffer.
      insertSession(db, { ...write.session, hash: Buffer.from(write.session.hash) }, now);
      return null;
    }
    case 'session.used':
      noteSession(db, Buffer.from(write.hash), now);
      return null;
    case 'session.end':
      deleteSession(db, Buffer.from(write.hash));
      return null;
    case 'token.used':
      noteToken(db, write.name, now);
      return null;
    case 'unsubscribe':
      return unsubscribe(db, deps.channels, write.subscription, now);
    case 'subscribe':
      return subscribe(db, deps.channels, write.subscription, now);
    case 'silence.add':
      return insertSilence(db, write.silence, now);
    case 'silence.end':
      return removeSilence(db, write.id, now);
    case 'delivery.retry':
      return retry(deps, write.id, write.force, now);
    case 'channel.test':
      return testByOutbox(db, requireChannel(deps.channels, write.channel), now);
  }
}

function retry({ db, channels }: WriteDeps, id: number, force: boolean, now: Instant) {
  const row = requireDelivery(db, id);
  const { refused } = putBackByHand({ db, channels }, [row], force, now);
  return refused.get(id) ?? null;
}
