// The rules of the manual's cookbook, read by the ordinary loader.
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { expressionChecker } from '../../src/alert/compile.ts';
import type { Config, Rule } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';

const cookbookText = (): string =>
  readFileSync(new URL('../../src/manual/cookbook.md', import.meta.url), 'utf8');

export const cookbookRules = (): readonly Rule[] => cookbookConfig().rules;

/** A config with every rule of the cookbook's YAML blocks, in its order. */
export function cookbookConfig(): Config {
  const blocks = [...cookbookText().matchAll(/^```yaml\n([^]*?)^```$/gm)].map(
    ([, block = '']) => parse(block) as { rules: Record<string, unknown> },
  );
  return readRules(
    Object.assign({}, ...blocks.map(({ rules }) => rules)) as Record<string, unknown>,
  );
}

/** A config with these rules, one watch `us-daily`, and the channel `team`. */
export function readRules(rules: Record<string, unknown>): Config {
  const file = {
    source: { token: 'sk_test' },
    watches: { 'us-daily': { region: 'US', schedule: '0 6 * * *' } },
    channels: { team: { type: 'webhook', url: 'https://example.com/hook' } },
    rules,
  };
  return loadConfig({
    path: '/nowhere/tidemark.yaml',
    cwd: '/',
    env: {},
    readFile: () => stringify(file),
    checkExpression: expressionChecker(),
  }).config;
}
