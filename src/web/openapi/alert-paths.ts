// The paths of alerts, rules and silences.
import * as z from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { EDIT_SHAPE } from '../rules/edit-shape.ts';
import { id, NEXT, part } from './asked.ts';
import { both, json, one, operation, WRITES } from './operation.ts';
import * as shapes from './shapes.ts';

const text = z.string();

export const ALERT_PATHS: ZodOpenApiPathsObject = {
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
};
