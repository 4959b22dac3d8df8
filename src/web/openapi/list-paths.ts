// The paths of watches, their lists and their snapshots.
import * as z from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { id } from './asked.ts';
import { both, json, one } from './operation.ts';
import * as shapes from './shapes.ts';

const text = z.string();

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

const COMPARED = {
  'tidemark-snapshot': text.describe('Id of the snapshot that is shown'),
  'tidemark-baseline': text.describe('Id of that it is compared with').optional(),
};

export const LIST_PATHS: ZodOpenApiPathsObject = {
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
};
