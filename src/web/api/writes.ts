// What the API changes: with a token that may write.
import type { Hono } from 'hono';
import { recipientsOf } from '../../config/channels/kinds.ts';
import { requireChannel } from '../../delivery/require-channel.ts';
import { AppError } from '../../lib/errors.ts';
import { deliveryJson, requireDelivery } from '../../report/deliveries.ts';
import { requireSilence, silenceJson } from '../../report/silences.ts';
import { listDeliveriesTo } from '../../store/outbox/delivery-log.ts';
import { requireOperator } from '../access/gate.ts';
import { pathId } from '../asked.ts';
import type { Env, WebDeps } from '../deps.ts';
import { readSilence } from '../pages/silences.ts';
import { bodyOf } from './body.ts';

/** Adds silences, retries and tests. */
export function addWrites(api: Hono<Env>, deps: WebDeps): void {
  const { db } = deps;
  api.post('/silences', async (c) => {
    requireOperator(c.get('who'));
    const silence = readSilence(deps, await bodyOf(c), c.get('now'));
    const id = await deps.write({ kind: 'silence.add', silence });
    const made = { ...silence, id, createdAt: c.get('now'), removedAt: null };
    return c.json(silenceJson(made, c.get('now')), 201);
  });
  api.delete('/silences/:id', async (c) => {
    requireOperator(c.get('who'));
    const { id } = requireSilence(db, pathId(c.req.param('id'), 'silence'));
    if (!(await deps.write({ kind: 'silence.end', id })))
      throw new AppError('not_found', `silence ${id} has been removed already`);
    return c.json(silenceJson(requireSilence(db, id), c.get('now')));
  });
  api.post('/deliveries/:id/retry', async (c) => {
    requireOperator(c.get('who'));
    const id = pathId(c.req.param('id'), 'delivery');
    const refused = await deps.write({ kind: 'delivery.retry', id, force: false });
    if (refused !== null) throw new AppError('usage', `not retried: ${refused}`);
    return c.json(deliveryJson(requireDelivery(db, id)));
  });
  api.post('/channels/:name/test', async (c) => {
    requireOperator(c.get('who'));
    const channel = requireChannel(deps.config.channels, c.req.param('name'));
    const { id, refused } = await deps.write({ kind: 'channel.test', channel: channel.name });
    if (id === null) throw new AppError('usage', `not sent: ${refused}`);
    return c.json(listDeliveriesTo(db, id, recipientsOf(channel)).map(deliveryJson), 201);
  });
}
