// Every path of `/api/v1`, with what it takes and what it answers.
import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { DELIVERY_STATES } from '../../store/schema/deliveries.ts';
import { EDIT_SHAPE } from '../rules/edit-shape.ts';
import * as shapes from './shapes.ts';

const text = z.string();
const id = z
  .int()
  .min(1)
  .meta({ examples: [12] });

const watch = text.describe('Name of a watch').meta({ examples: ['us-daily'] });
const compared = {
  compare: text
    .describe('`previous` (default), or hours or days ago')
    .meta({ examples: ['7d'] })
    .optional(),
  at: text
    .describe('The newest complete snapshot by then: a date, or an instant')
    .meta({ examples: ['2026-11-01'] })
    .optional(),
};
/** What the page of a leaderboard takes as well: any of them makes the answer a page of it. */
const filters = {
  show: z.enum(['all', 'climbers', 'fallers', 'entered', 'returned', 'left']).optional(),
  sort: text.describe('A column; with a minus the largest first').optional(),
  q: text.describe('A part of a name').optional(),
  category: text.optional(),
  page: z.int().min(1).optional(),
  rows: z.int().min(1).optional(),
};
const part = {
  limit: z.int().min(1).max(1_000).default(100).describe('Rows of a part').optional(),
  cursor: text
    .describe(
      'Where the part before ended: from its `Link` header, and good for as long as the log is kept. What is added meanwhile moves nothing',
    )
    .optional(),
};

const PROBLEMS = {
  '400': 'Something that was asked for could not be read',
  '401': 'It is not known who asks, or the token is not known',
  '403': 'Whoever asks may not do this',
  '404': 'There is no such thing',
  '429': 'Too many requests: `Retry-After` says when to come again',
  '503': 'Not possible at the moment',
} as const;

const problems = Object.fromEntries(
  Object.entries(PROBLEMS).map(([status, description]) => [
    status,
    {
      id: `problem${status}`,
      description,
      content: { 'application/problem+json': { schema: shapes.problem } },
    },
  ]),
);

type Asked = {
  summary: string;
  operationId: string;
  tag: string;
  path?: Record<string, z.ZodType>;
  query?: Record<string, z.ZodType>;
  /** Header fields of a good answer. */
  headers?: Record<string, z.ZodType>;
};
type Answered = { description: string; type: string; schema: z.ZodType };

function operation(
  { summary, operationId, tag, path, query, headers }: Asked,
  { description, type, schema }: Answered,
  more: Partial<ZodOpenApiOperationObject> = {},
  status: '200' | '201' = '200',
): ZodOpenApiOperationObject {
  const params = {
    ...(path === undefined ? {} : { path: z.object(path) }),
    ...(query === undefined ? {} : { query: z.object(query) }),
  };
  return {
    summary,
    operationId,
    tags: [tag],
    ...(Object.keys(params).length === 0 ? {} : { requestParams: params }),
    responses: {
      [status]: {
        description,
        ...(headers === undefined ? {} : { headers: z.object(headers) }),
        content: { [type]: { schema } },
      },
      ...problems,
    },
    ...more,
  };
}

const json = (description: string, schema: z.ZodType): Answered => ({
  description,
  type: 'application/json',
  schema,
});
const CSV: Answered = {
  description: 'The same rows as CSV, with a head',
  type: 'text/csv',
  schema: text,
};

/** A path, and the same with `.csv` behind it. */
const both = (path: string, asked: Asked, answered: Answered): ZodOpenApiPathsObject => ({
  [path]: { get: operation(asked, answered) },
  [`${path}.csv`]: {
    get: operation(
      { ...asked, summary: `${asked.summary}, as CSV`, operationId: `${asked.operationId}Csv` },
      CSV,
    ),
  },
});
const one = (path: string, asked: Asked, answered: Answered): ZodOpenApiPathsObject => ({
  [path]: { get: operation(asked, answered) },
});

const COMPARED = {
  'tidemark-snapshot': text.describe('Id of the snapshot that is shown'),
  'tidemark-baseline': text.describe('Id of that it is compared with').optional(),
};
const NEXT = { link: text.describe('`<…>; rel="next"`: the next part; none behind the last') };
const WRITES = { security: [{ token: [] }] };

export const PATHS: ZodOpenApiPathsObject = {
  ...one(
    '/status',
    { summary: 'How everything is', operationId: 'status', tag: 'watches' },
    json('`tidemark status --json`', shapes.state),
  ),
  ...one(
    '/watches',
    { summary: 'Every watch', operationId: 'watches', tag: 'watches' },
    json('Those of the config, and those no longer in it', z.array(shapes.watchStatus)),
  ),
  ...both(
    '/watches/{watch}/leaderboard',
    {
      summary: 'The list of a watch with its changes',
      operationId: 'leaderboard',
      tag: 'lists',
      path: { watch },
      query: { ...compared, ...filters },
      headers: COMPARED,
    },
    json('`tidemark top WATCH --json`', shapes.changes),
  ),
  ...both(
    '/watches/{watch}/movers',
    {
      summary: 'Who climbed, fell, came, came back and left',
      operationId: 'movers',
      tag: 'lists',
      path: { watch },
      query: { ...compared, limit: z.int().min(1).describe('Rows of each kind').optional() },
      headers: COMPARED,
    },
    json('`tidemark movers WATCH --json`', shapes.changes),
  ),
  ...both(
    '/watches/{watch}/products/{id}',
    {
      summary: 'One product of a watch over time',
      operationId: 'product',
      tag: 'lists',
      path: { watch, id: text.describe('Its id, or its name') },
      query: { days: z.int().min(1).optional(), ...compared },
    },
    json('`tidemark product WATCH ID --json`', shapes.history),
  ),
  ...both(
    '/watches/{watch}/coverage',
    {
      summary: 'Every slot, and what came of it',
      operationId: 'coverage',
      tag: 'lists',
      path: { watch },
      query: { days: z.int().min(1).optional() },
    },
    json('The newest last', shapes.coverage),
  ),
  ...one(
    '/snapshots/{id}',
    { summary: 'How one list was read', operationId: 'snapshot', tag: 'lists', path: { id } },
    json('With its requests, and what it fired', shapes.snapshot),
  ),
  ...both(
    '/alerts',
    {
      summary: 'The log of alerts',
      operationId: 'alerts',
      tag: 'alerts',
      query: {
        watch: text.optional(),
        rule: text.optional(),
        product: text.optional(),
        state: z.enum(['firing', 'resolved']).optional(),
        severity: z.enum(['info', 'warning', 'critical']).optional(),
        since: text.describe('A duration (7d) or a date').optional(),
        ...part,
      },
      headers: NEXT,
    },
    json('`tidemark alerts --json`, the newest first', shapes.alerts),
  ),
  ...one(
    '/alerts/{id}',
    { summary: 'One alert with its evidence', operationId: 'alert', tag: 'alerts', path: { id } },
    json('`tidemark alerts show ID --json`', shapes.alertReport),
  ),
  ...one(
    '/rules',
    { summary: 'What each rule did', operationId: 'rules', tag: 'alerts' },
    json('Those of the config', shapes.rules),
  ),
  '/rules/backtest': {
    post: operation(
      {
        summary: 'What a rule would have told over the whole history, edited and as configured',
        operationId: 'backtestRule',
        tag: 'alerts',
      },
      {
        description:
          'Lines of JSON: `progress` while it is computed, and a last one with the `report`, or with a `problem`',
        type: 'application/x-ndjson',
        schema: text,
      },
      {
        ...WRITES,
        requestBody: {
          required: true,
          content: { 'application/json': { schema: z.object(EDIT_SHAPE) } },
        },
      },
    ),
  },
  '/silences': {
    get: operation(
      { summary: 'What is muted, and was', operationId: 'silences', tag: 'alerts' },
      json('`tidemark silence list --all --json`', shapes.silences),
    ),
    post: operation(
      { summary: 'Mutes something', operationId: 'addSilence', tag: 'alerts' },
      json('It is in force', shapes.silence),
      {
        ...WRITES,
        requestBody: {
          required: true,
          content: { 'application/json': { schema: shapes.newSilence } },
        },
      },
      '201',
    ),
  },
  '/silences/{id}': {
    delete: operation(
      { summary: 'Ends a silence', operationId: 'endSilence', tag: 'alerts', path: { id } },
      json('It has ended', shapes.silence),
      WRITES,
    ),
  },
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
  ...one(
    '/credits',
    { summary: 'Plan and ledger', operationId: 'credits', tag: 'operations' },
    json('What was spent, and what the plan costs', shapes.credits),
  ),
  ...one(
    '/doctor',
    { summary: 'The checks that are quick', operationId: 'doctor', tag: 'operations' },
    json('Those of `tidemark doctor`', shapes.checks),
  ),
  ...both(
    '/sql',
    {
      summary: 'One read-only query over the history',
      operationId: 'sql',
      tag: 'sql',
      query: { q: text.describe('A statement, or `@name` of a saved one') },
    },
    json('`tidemark sql --format json`', shapes.rows),
  ),
  ...one(
    '/events',
    { summary: 'What has just happened', operationId: 'events', tag: 'operations' },
    {
      description:
        'Server-sent events: `hello`; `snapshot` and `alert`, with the newest ids of both as data and as the id of the event. Whoever comes back with `Last-Event-ID` is told of what was missed',
      type: 'text/event-stream',
      schema: text,
    },
  ),
  ...one(
    '/openapi.json',
    { summary: 'This document', operationId: 'openapi', tag: 'operations' },
    json('OpenAPI 3.1', z.looseObject({ openapi: text })),
  ),
};
