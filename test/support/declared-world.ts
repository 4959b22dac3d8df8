// A list that a config in YAML declares, fetched from a real server on loopback, through the whole pipeline.
import { stringify } from 'yaml';
import { expressionChecker } from '../../src/alert/compile.ts';
import { loadConfig } from '../../src/config/load.ts';
import { sourceOf, type Config, type Watch } from '../../src/config/config.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { runPass } from '../../src/pipeline.ts';
import type { PassResult } from '../../src/pass/outcome.ts';
import { openSource } from '../../src/source/open-source.ts';
import type { Answer } from '../source/source-deps.ts';
import { scriptedServer, type ScriptedServer } from '../source/scripted-server.ts';
import { dayAt, makeWorld, type World } from './world.ts';

export type Mapping = Record<string, unknown>;

/** A config as its file would be read; names of the environment are in `env`. */
export const configOf = (file: Mapping, env: NodeJS.ProcessEnv = {}): Config =>
  loadConfig({
    cwd: '/etc/tidemark',
    env,
    readFile: () => stringify(file),
    checkExpression: expressionChecker(),
  }).config;

/** The file of a config that tracks one declared list as the watch `w`. */
export const fileOf = (
  list: Mapping,
  more: { source?: Mapping; watch?: Mapping; rest?: Mapping },
) => ({
  sources: {
    mine: {
      type: 'http',
      requests_per_second: 100,
      allow_private: true,
      lists: { things: list },
      ...more.source,
    },
  },
  watches: { w: { list: 'things', depth: 50, schedule: '0 6 * * *', ...more.watch } },
  ...more.rest,
});

export type DeclaredWorld = {
  config: Config;
  watch: Watch;
  world: World;
  server: ScriptedServer;
  /** The pass of a day of January 2026, from 0. */
  take: (day: number) => Promise<PassResult>;
  /** All rows of a query, as arrays. */
  rows: (sql: string) => unknown[];
  /** The addresses that were asked for so far. */
  urls: () => string[];
  close: () => Promise<void>;
};

/** A world of `list`, served by `answer`. Close it. */
export async function declaredWorld(
  list: Mapping,
  answer: Answer,
  more: { source?: Mapping; watch?: Mapping; rest?: Mapping; database?: string } = {},
): Promise<DeclaredWorld> {
  const server = await scriptedServer(answer);
  const config = configOf(
    fileOf(list, { ...more, source: { base_url: server.url, ...more.source } }),
  );
  const [watch] = config.watches;
  if (watch === undefined) throw new Error('no watch');
  const { sources, watches, rules, digests, channels } = config;
  const world = makeWorld({
    sources,
    watches,
    rules,
    digests,
    channels,
    ...(more.database === undefined ? {} : { database: more.database }),
  });
  const { db, clock } = world;
  // The clock stands while a pass runs, so nothing may wait for its turn.
  const account = { ...sourceOf(config, watch), requestsPerSecond: 100_000 };
  const source = openSource(account, clock, () => 0);
  return {
    config,
    watch,
    world,
    server,
    async take(day) {
      if (dayAt(day) > clock.now()) await clock.advance(dayAt(day) - clock.now());
      const signal = new AbortController().signal;
      const outcome = await runPass(
        { db, config: world.config, clock, signal, fetchList: source.fetchList },
        watch,
        dayAt(0) + day * DAY_MS,
        'schedule',
      );
      if (outcome.kind !== 'taken') throw new Error(outcome.kind);
      return outcome.result;
    },
    rows: (sql) => db.raw.prepare(sql).raw().all(),
    urls: () => server.requests.map(({ url }) => url),
    async close() {
      await source.close();
      world.close();
      await server.close();
    },
  };
}
