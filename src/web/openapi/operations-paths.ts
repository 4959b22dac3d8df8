// The paths of who operates it, and of queries.
import * as z from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { both, json, one } from './operation.ts';
import * as shapes from './shapes.ts';

const text = z.string();

export const OPERATIONS_PATHS: ZodOpenApiPathsObject = {
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
