// `tidemark deliveries`: messages on their way, delivered and dead; one with its attempts; and
// sending again.
import type { DeliveryDeps } from '../../delivery/dispatch.ts';
import { retryByHand } from '../../delivery/retry-by-hand.ts';
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import {
  deliveryJson,
  deliveryReportJson,
  readDeliveries,
  readDelivery,
  requireDelivery,
} from '../../report/deliveries.ts';
import { listDeliveries, type DeliveryState } from '../../store/outbox/delivery-log.ts';
import { DELIVERY_STATES } from '../../store/schema/deliveries.ts';
import {
  countsText,
  deliveryTable,
  deliveryText,
  retriedText,
  troubleText,
} from '../../terminal/deliveries-text.ts';
import { requireName } from '../../report/known-names.ts';
import { readLimit } from '../../terminal/options.ts';
import { listChannelNames } from '../../store/reading/names.ts';
import type { Io } from '../../terminal/io.ts';

export type DeliveriesArgs = {
  state?: string | undefined;
  channel?: string | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

const DEFAULT_LIMIT = 50;

/** `tidemark deliveries [--state STATE] [--channel NAME]`: the newest first. */
export async function runDeliveries(
  io: Io,
  { state, channel, limit: asked, json }: DeliveriesArgs,
  { db, clock, channels, timezone, locale }: DeliveryDeps,
): Promise<number> {
  if (state !== undefined && !isState(state))
    throw new AppError('usage', `there is no state "${state}"`, {
      hint: `states: ${DELIVERY_STATES.join(', ')}`,
    });
  const now = clock.now();
  if (channel !== undefined)
    requireName('channel', channel, [...channels.map(({ name }) => name), ...listChannelNames(db)]);
  const limit = readLimit(asked) ?? DEFAULT_LIMIT;
  const { rows, counts, troubles } = readDeliveries(db, channels, { state, channel }, limit, now);
  if (json) {
    io.stdout(`${JSON.stringify(rows.map(deliveryJson), null, 2)}\n`);
    return 0;
  }
  if (rows.length > 0) io.stdout(deliveryTable(rows, now, { timezone, locale }, io));
  else io.stderr(`No ${state === undefined ? '' : `${state} `}deliveries.\n`);
  io.stderr(countsText(counts));
  for (const trouble of troubles) io.stderr(troubleText(trouble, timezone));
  return 0;
}

const isState = (text: string): text is DeliveryState =>
  (DELIVERY_STATES as readonly string[]).includes(text);

/** `tidemark deliveries show ID`: what it says, and every attempt. */
export async function runDeliveriesShow(
  io: Io,
  { id, json }: { id: number; json?: boolean | undefined },
  { db, timezone, locale }: DeliveryDeps,
): Promise<number> {
  const report = readDelivery(db, id);
  io.stdout(
    json
      ? `${JSON.stringify(deliveryReportJson(report), null, 2)}\n`
      : deliveryText(report, { timezone, locale }, io),
  );
  return 0;
}

export type RetryArgs = {
  id?: number | undefined;
  allDead?: boolean | undefined;
  force?: boolean | undefined;
  json?: boolean | undefined;
};

/**
 * `tidemark deliveries retry ID|--all-dead`: sends again now, under the same id. What is past its
 * time is old news, and goes out only with `--force`. Exit code 1 when something was not delivered.
 */
export async function runDeliveriesRetry(
  io: Io,
  { id, allDead, force = false, json }: RetryArgs,
  deps: DeliveryDeps,
): Promise<number> {
  if ((id === undefined) === (allDead !== true))
    throw new AppError('usage', 'name one delivery, or use --all-dead', {
      hint: 'tidemark deliveries --state dead lists them',
    });
  const { db, timezone } = deps;
  const chosen =
    id === undefined
      ? listDeliveries(db, { state: 'dead' }, Number.MAX_SAFE_INTEGER).reverse()
      : [requireDelivery(db, id)];
  const after = await retryByHand(deps, chosen, force);
  if (json) {
    const shown = after.map(({ row, refused }) => ({ ...deliveryJson(row), refused }));
    io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
  } else for (const { row, refused } of after) io.stdout(retriedText(row, refused, timezone));
  const delivered = after.filter(
    ({ row, refused }) => refused === null && row.state === 'delivered',
  ).length;
  io.stderr(
    chosen.length === 0
      ? 'Nothing is dead.\n'
      : `${delivered} of ${plural(after.length, 'message')} delivered.\n`,
  );
  return delivered === after.length ? 0 : 1;
}
