// Tools about watches: their lists, movers, products and slots.
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { DAY_MS, isoTime } from '../../lib/clock.ts';
import { moversJson, readMovers } from '../../report/movers.ts';
import { productJson } from '../../report/product.ts';
import { statusJson } from '../../report/status-json.ts';
import { readStatus } from '../../report/status.ts';
import { listLeaders } from '../../store/reading/leaderboard.ts';
import { listSlots } from '../../store/reading/watch-slots.ts';
import { withCommands } from '../../words/as-called.ts';
import type { WebDeps } from '../deps.ts';
import { readProducts } from '../pages/product.ts';
import {
  about,
  answer,
  at,
  compare,
  cut,
  MOST_TOLD,
  dated,
  limit,
  READS,
  watch,
} from './answer.ts';

/** Adds the watches, and the leaderboard and movers of one. */
export function addLists(server: McpServer, deps: WebDeps): void {
  server.registerTool(
    'list_watches',
    {
      description: 'Every watch: its last snapshot, its status, what needs somebody',
      annotations: READS,
    },
    () =>
      answer(() => {
        const { config, db, clock } = deps;
        const status = statusJson(readStatus(db, config, clock.now()), config);
        const { watches, advice, alerts } = status;
        return { watches, advice: withCommands(deps.called, advice), alerts };
      }),
  );
  server.registerTool(
    'leaderboard',
    {
      description: 'The ranks of a watch with their changes',
      inputSchema: { watch, compare, at, limit },
      annotations: READS,
    },
    (given) =>
      answer(() => {
        const { comparison, facts } = about(deps, given.watch, given);
        if (comparison === null) return { ...facts, ...cut([], given.limit) };
        // No more rows are read than are told: those of 500 take ten times as long as of ten.
        const rows = listLeaders(deps.db, comparison, given.limit ?? MOST_TOLD);
        return { ...facts, rows, left_out: comparison.snapshot.rows - rows.length };
      }),
  );
  server.registerTool(
    'movers',
    {
      description: 'Who climbed, fell, came, came back and left',
      inputSchema: { watch, compare, at, limit },
      annotations: READS,
    },
    (given) =>
      answer(() => {
        const { comparison, facts } = about(deps, given.watch, given);
        const most = given.limit ?? 10;
        const rows = comparison === null ? [] : moversJson(readMovers(deps.db, comparison), most);
        return { ...facts, rows, of_each_kind_at_most: most };
      }),
  );
}

/** Adds one product over time, and what came of every slot. */
export function addHistory(server: McpServer, deps: WebDeps): void {
  server.registerTool(
    'product_history',
    {
      description: 'One product of a watch over time; change is null where it was not seen',
      inputSchema: {
        watch,
        product: z.string().describe('Its id, or its name'),
        days: z.number().int().min(1).max(3_650).optional(),
      },
      annotations: READS,
    },
    (given) =>
      answer(() => {
        const asked = { days: String(given.days ?? 30) };
        const from = { deps, now: deps.clock.now() };
        const [report] = readProducts(from, asked, given.watch, given.product);
        return { ...about(deps, given.watch, {}).facts, ...productJson(report) };
      }),
  );
  server.registerTool(
    'coverage',
    {
      description: 'What came of every slot of a watch in the last days, and why',
      inputSchema: { watch, days: z.number().int().min(1).max(400).optional() },
      annotations: READS,
    },
    (given) =>
      answer(() => {
        const now = deps.clock.now();
        const slots = listSlots(deps.db, given.watch, now - (given.days ?? 30) * DAY_MS, now);
        return {
          slots: slots.map(({ id, slotAt, dataDate, status, reason, rows, place }) => ({
            snapshot_id: id,
            slot_at: isoTime(slotAt),
            ...dated({ dataDate }),
            status,
            reason,
            rows,
            ...(place === undefined ? {} : { in_lake: place }),
          })),
        };
      }),
  );
}
