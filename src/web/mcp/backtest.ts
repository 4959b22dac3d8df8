// The tool that tries a rule: what it would have told over the whole history.
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import type { WebDeps } from '../deps.ts';
import { findRule } from '../pages/rules.ts';
import { FIELDS, givenFields, readEdited } from '../rules/edit.ts';
import { runBacktest } from '../rules/run-backtest.ts';
import { answer, READS } from './answer.ts';

const field = (text: string) => z.string().max(10_000).optional().describe(text);

/** Adds backtest_rule. It runs in a process of its own, for a minute at most, and keeps nothing. */
export function addBacktest(server: McpServer, deps: WebDeps): void {
  server.registerTool(
    'backtest_rule',
    {
      description:
        'What a rule would have told over the whole history, edited, beside the rule as configured; nothing is changed',
      inputSchema: {
        rule: z.string().describe('Name of a configured rule'),
        when: field('Another condition, such as rank_gain >= 20 and rank <= 100'),
        clear: field('Another condition that ends it'),
        compare: field('previous, or hours or days ago: 7d'),
        for: field('Slots in a row until it fires'),
        clear_for: field('Slots in a row until it ends'),
        cooldown: field('Quiet time after it told: 3d'),
        max_gap: field('The oldest baseline: 2d'),
      },
      annotations: READS,
    },
    (given) => answer(() => backtest(deps, given)),
  );
}

async function backtest(
  deps: WebDeps,
  given: Readonly<Record<string, string | undefined>> & { rule: string },
): Promise<object> {
  const { config, clock } = deps;
  const rule = findRule({ deps }, given.rule);
  if (rule === null)
    throw new AppError('not_found', `the rule ${given.rule} is no longer in the config`);
  const said = FIELDS.flatMap((name): [string, string][] => {
    const text = given[name];
    return text === undefined ? [] : [[name, text]];
  });
  const edited = readEdited(config, rule, givenFields(rule, Object.fromEntries(said)));
  if ('problems' in edited) throw new AppError('usage', edited.problems.join('; '));
  return runBacktest(config, rule, edited.rule, { clock });
}
