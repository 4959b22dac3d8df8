// A retry that a person asks for: which deliveries go again, which do not and why, and what became
// of them.
import { recipientsOf, type Channel } from '../config/channels/kinds.ts';
import { DAY_MS, type Instant } from '../lib/clock.ts';
import type { Db } from '../store/file/open.ts';
import { getHealth, saveHealth } from '../store/outbox/channel-health.ts';
import {
  findDelivery,
  isOver,
  listDeliveriesTo,
  putBack,
  type DeliveryRow,
} from '../store/outbox/delivery-log.ts';
import { READDRESSED } from '../store/outbox/readdress.ts';
import { deliverDue, type DeliveryDeps } from './dispatch.ts';

/** A delivery after the retry. `refused` says why it was not tried again; null when it was. */
export type Retried = { row: DeliveryRow; refused: string | null };

/**
 * Sends deliveries again now, under their old ids, and waits for the outcome. What is past its time
 * is old news: with `force` it is sent all the same, and gets another day. What must go along with
 * it (the end of an alert with its beginning) is listed behind it.
 */
export async function retryByHand(
  deps: DeliveryDeps,
  chosen: readonly DeliveryRow[],
  force: boolean,
): Promise<Retried[]> {
  const { refused, retried } = putBackByHand(deps, chosen, force, deps.clock.now());
  if (retried.length > 0) await deliverDue(deps);

  const along = new Map(retried.filter(({ id }) => !refused.has(id)).map((row) => [row.id, row]));
  return [...chosen, ...along.values()].flatMap((asked) =>
    whatBecame(deps, asked).map((row) => ({ row, refused: refused.get(asked.id) ?? null })),
  );
}

/**
 * Makes deliveries due again, for whoever sends. `refused` says of each delivery that was chosen
 * why it is not due; null for those that are.
 */
export function putBackByHand(
  deps: Pick<DeliveryDeps, 'db' | 'channels'>,
  chosen: readonly DeliveryRow[],
  force: boolean,
  now: Instant,
): { refused: ReadonlyMap<number, string | null>; retried: readonly DeliveryRow[] } {
  const { db } = deps;
  const refused = new Map(chosen.map((row) => [row.id, whyNotRetried(deps, row, now, force)]));
  const retried = chosen
    .filter(({ id }) => refused.get(id) === null)
    .flatMap((row) => putBack(db, row.id, now, Math.max(row.expiresAt, force ? now + DAY_MS : 0)))
    .flatMap((id) => findDelivery(db, id) ?? []);
  // A person who retries now does not want to wait until the circuit closes.
  for (const name of new Set(retried.map(({ channel }) => channel)))
    saveHealth(db, { ...getHealth(db, name), heldUntilAt: null });
  return { refused, retried };
}

/**
 * The delivery as it is now. If its channel is of another kind by now, the deliveries to the
 * recipients of today.
 */
function whatBecame({ db, channels }: DeliveryDeps, { id, channel }: DeliveryRow): DeliveryRow[] {
  const row = findDelivery(db, id);
  if (row === undefined) return [];
  const today = channels.find(({ name }) => name === channel);
  if (row.state !== 'cancelled' || !row.reason?.startsWith(READDRESSED) || today === undefined)
    return [row];
  return listDeliveriesTo(db, row.notificationId, recipientsOf(today));
}

function whyNotRetried(
  { db, channels }: { db: Db; channels: readonly Channel[] },
  row: DeliveryRow,
  now: Instant,
  isForced: boolean,
): string | null {
  if (row.state === 'delivered') return 'it was delivered';
  if (row.state === 'sending') return 'it is being sent';
  const channel = channels.find(({ name }) => name === row.channel);
  if (channel === undefined) return `the channel ${row.channel} is not in the config`;
  if (!['', ...recipientsOf(channel)].includes(row.recipient))
    return `${row.recipient} is no longer in the config`;
  if (getHealth(db, row.channel).disabledAt !== null)
    return `the channel ${row.channel} is disabled; tidemark channels test ${row.channel} enables it`;
  if (isOver(db, row.id)) return 'that it is over was told already';
  return row.expiresAt <= now && !isForced
    ? 'it is past its time; --force sends it all the same'
    : null;
}
