// The paths of messages: deliveries, tests of channels, digests.
import * as z from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { DELIVERY_STATES } from '../../store/schema/deliveries.ts';
import { id, NEXT, part } from './asked.ts';
import { both, json, one, operation, WRITES } from './operation.ts';
import * as shapes from './shapes.ts';

const text = z.string();

export const MESSAGE_PATHS: ZodOpenApiPathsObject = {
  ...both(
    '/deliveries',
    {
      summary: 'The outbox',
      operationId: 'deliveries',
      tag: 'messages',
      query: { state: z.enum(DELIVERY_STATES).optional(), channel: text.optional(), ...part },
      headers: NEXT,
    },
    json('`tidemark deliveries --json`, the newest first', shapes.deliveries),
  ),
  ...one(
    '/deliveries/{id}',
    {
      summary: 'One message with its attempts',
      operationId: 'delivery',
      tag: 'messages',
      path: { id },
    },
    json('`tidemark deliveries show ID --json`', shapes.deliveryReport),
  ),
  '/deliveries/{id}/retry': {
    post: operation(
      {
        summary: 'Sends it again, under its old id',
        operationId: 'retryDelivery',
        tag: 'messages',
        path: { id },
      },
      json('It is due now', shapes.delivery),
      WRITES,
    ),
  },
  '/channels/{name}/test': {
    post: operation(
      {
        summary: 'Puts a test message into the outbox, for the daemon to send',
        operationId: 'testChannel',
        tag: 'messages',
        path: { name: text },
      },
      json('One for each recipient of the channel, due now', shapes.deliveries),
      WRITES,
      '201',
    ),
  },
  ...one(
    '/digests',
    { summary: 'Digests that were due', operationId: 'digests', tag: 'messages' },
    json('The newest first', shapes.digests),
  ),
  ...one(
    '/digests/{name}',
    {
      summary: 'What a digest would say now',
      operationId: 'digest',
      tag: 'messages',
      path: { name: text },
    },
    json('`tidemark digest NAME --json`', shapes.digest),
  ),
};
