// What the benchmarks of the page work on: sixty days of a list of 500 in a file, with its config.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { dayAt, makeConfig, makeRule, makeWeb } from '../support/world.ts';
import { freePort } from '../support/free-port.ts';
import { storeMarketDays } from './market-day.ts';

export const CLI = join(import.meta.dirname, '../../dist/cli.js');
export const RULE = 'climbs';
export const WHEN = 'rank_gain >= 40 and rank <= 200';

export type WebBench = {
  folder: string;
  db: Db;
  config: Config;
  /** Newest snapshot, and the one before. */
  snapshots: { snapshot: number; baseline: number };
  /** The config as a file; with `web` or without. */
  yaml: string;
  yamlWithoutWeb: string;
  url: string;
  close(): void;
};

export async function makeWebBench(days = 60): Promise<WebBench> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const database = join(folder, 'tidemark.db');
  const port = await freePort();
  const config = {
    ...makeConfig({
      rules: [makeRule({ name: RULE, when: WHEN })],
      web: makeWeb({ listen: { host: '127.0.0.1', port } }),
    }),
    database,
  };
  const db = openDatabase(database);
  const ids = storeMarketDays(db, config, days);
  const written = (name: string, extra: object): string => {
    const path = join(folder, name);
    const asked = { region: 'US', depth: 500, schedule: '0 6 1 1 *' };
    const rules = { [RULE]: { when: WHEN, notify: ['hook'] } };
    const text = {
      database: './tidemark.db',
      source: { token: 'none' },
      watches: { 'us-daily': asked },
      channels: { hook: { type: 'webhook', url: 'https://example.com/hook' } },
      rules,
      ...extra,
    };
    writeFileSync(path, JSON.stringify(text));
    return path;
  };
  return {
    folder,
    db,
    config,
    snapshots: { snapshot: ids.at(-1) ?? 0, baseline: ids.at(-2) ?? 0 },
    yaml: written('tidemark.yaml', { web: { listen: `127.0.0.1:${port}` } }),
    yamlWithoutWeb: written('without.yaml', {}),
    url: `http://127.0.0.1:${port}`,
    close: () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** After the last day. */
export const benchNow = (days = 60): number => dayAt(days);
