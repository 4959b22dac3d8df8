// Tools about what was decided and stored: alerts, credits, and SQL over all of it.
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { leftOut } from '../../history/sql/left-out.ts';
import { alertJson, alertReportJson, readAlert, requireNames } from '../../report/alerts.ts';
import { listAlerts } from '../../store/alerts/alert-log.ts';
import { leftJson } from '../../store/lake/left.ts';
import { VIEWS } from '../../store/views/views.ts';
import { askedSince } from '../asked.ts';
import type { WebDeps } from '../deps.ts';
import { askRows } from '../pages/ask-sql.ts';
import { readCredits } from '../pages/credits.ts';
import { answer, cut, limit, MOST_ROWS, READS, watch } from './answer.ts';

/** Adds the log of alerts, and what one alert is based on. */
export function addAlerts(server: McpServer, deps: WebDeps): void {
  const { db, config, clock } = deps;
  server.registerTool(
    'alerts',
    {
      description: 'Alerts that somebody was told of, the newest first',
      inputSchema: {
        watch: watch.optional(),
        rule: z.string().optional(),
        state: z.enum(['firing', 'resolved']).optional(),
        severity: z.enum(['info', 'warning', 'critical']).optional(),
        since: z.string().optional().describe('A duration (7d) or a date'),
        limit,
      },
      annotations: READS,
    },
    (given) =>
      answer(() => {
        const since = askedSince({ since: given.since ?? '' }, clock.now(), config.timezone);
        const { watch, rule, state, severity } = given;
        const filter = { watch, rule, state, severity, since };
        requireNames({ db, config }, filter);
        const found = listAlerts(db, { ...filter, told: 'told' }, MOST_ROWS);
        return cut(found.map(alertJson), given.limit);
      }),
  );
  server.registerTool(
    'explain_alert',
    {
      description: 'One alert: its evidence, who was told, and SQL that comes to the same decision',
      inputSchema: { id: z.number().int().min(1) },
      annotations: READS,
    },
    (given) => answer(() => alertReportJson(readAlert(db, given.id))),
  );
}

/** Adds credits, the views, and SQL. */
export function addRest(server: McpServer, deps: WebDeps): void {
  server.registerTool(
    'credits',
    {
      description: 'What was spent at the source, and what the plan will cost',
      annotations: READS,
    },
    () => answer(() => readCredits({ deps, now: deps.clock.now() })),
  );
  server.registerTool(
    'schema',
    { description: 'The views that sql may ask, column by column', annotations: READS },
    () =>
      answer(() => ({
        views: VIEWS.map(({ name, description, columns }) => ({ name, description, columns })),
      })),
  );
  server.registerTool(
    'sql',
    {
      description:
        'One read-only query over the history, in the SQL of SQLite; schema has the views',
      inputSchema: { query: z.string().max(20_000), limit },
      annotations: READS,
    },
    (given) =>
      answer(async () => {
        const { columns, rows, isCut } = await askRows(deps, { sql: given.query, given: {} }, null);
        const plain = rows.map((row) =>
          row.map((value) => (typeof value === 'bigint' ? String(value) : value)),
        );
        return {
          columns,
          ...cut(plain, given.limit),
          cut_at_a_thousand: isCut,
          ...leftJson(leftOut(deps.db.raw, given.query)),
        };
      }),
  );
}
