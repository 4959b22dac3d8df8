// A folder with a config as people write it and the history it made: passes run live with its rules from the beginning.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  runRulesBacktest,
  type RulesBacktestArgs,
} from '../../src/commands/rules/rules-backtest.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/config.ts';
import { memoryIo } from '../support/memory-io.ts';
import type { Ran } from '../support/run-command.ts';
import { makeWorld, type World } from '../support/world.ts';

export type BacktestWorld = {
  folder: string;
  config: Config;
  world: World;
  /** Writes a file of the folder; returns its path. */
  write(name: string, text: string): string;
  /** Runs `tidemark rules backtest` in the folder, at the time of the world's clock. */
  backtest(
    args?: RulesBacktestArgs,
    options?: { stop?: AbortSignal; columns?: number },
  ): Promise<Ran>;
  close(): void;
};

/** `rules` is YAML in flow style: `{ name: {...} }`. */
export const yamlConfig = (
  rules: string,
  more = '',
): string => `source: { token: sk_test_0123456789 }
watches: { us-daily: { region: US, depth: 60, schedule: "0 6 * * *" } }
channels: { hook: { type: webhook, url: "http://127.0.0.1:9/hook", allow_private: true } }
rules: ${rules}
${more}`;

export function makeBacktestWorld(rules: string, more = ''): BacktestWorld {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-backtest-'));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const path = write('tidemark.yaml', yamlConfig(rules, more));
  const { config } = loadConfig({ path, env: {}, cwd: folder });
  const world = makeWorld(config);
  return {
    folder,
    config,
    world,
    write,
    backtest: async (args = {}, { stop = new AbortController().signal, columns = 80 } = {}) => {
      const io = memoryIo({ clock: world.clock, cwd: folder, columns });
      const code = await runRulesBacktest(io, { config: path, ...args }, { stop });
      return { code, out: io.out, err: io.err };
    },
    close: () => {
      world.close();
      rmSync(folder, { recursive: true });
    },
  };
}
