// The tool that tries a rule: what it would have told over the whole history.
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { WebDeps } from '../deps.ts';
import { readAskedEdit } from '../rules/asked-edit.ts';
import { EDIT_SHAPE } from '../rules/edit-shape.ts';
import { runBacktest } from '../rules/run-backtest.ts';
import { answer, READS } from './answer.ts';

/** Adds backtest_rule. It runs in a process of its own, for a minute at most, and keeps nothing. */
export function addBacktest(server: McpServer, deps: WebDeps): void {
  server.registerTool(
    'backtest_rule',
    {
      description:
        'What a rule would have told over the whole history, edited, beside the rule as configured; nothing is changed',
      inputSchema: EDIT_SHAPE,
      annotations: READS,
    },
    (given) =>
      answer(async () => {
        const { configured, edited } = readAskedEdit(deps, given);
        return runBacktest(deps.config, configured, edited, { clock: deps.clock });
      }),
  );
}
