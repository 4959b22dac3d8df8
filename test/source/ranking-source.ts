// A source of rankings of a date, answered as a test says, from the config to what is stored.
import { afterEach } from 'vitest';
import type { Config, SourceConfig, Watch } from '../../src/config/config.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import { runPass } from '../../src/pipeline.ts';
import { openSource } from '../../src/source/open-source.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt, makeWatch, makeWorld, type World } from '../support/world.ts';
import { scriptedServer, type ScriptedServer } from './scripted-server.ts';

/** What a request is answered with; a text goes out as it is. */
export type RankingReply = { status?: number; body: unknown };

export type Taken = {
  world: World;
  results: { status: string; reason: string | null; rows: number; fired: number }[];
  requests: ScriptedServer['requests'];
  all: (sql: string) => unknown[];
};

/** An answer without a failure. */
export const ranking = (rows: readonly unknown[] | string): RankingReply => ({
  body:
    typeof rows === 'string'
      ? `{"code":0,"message":"success","data":${rows},"requestId":"r-1"}`
      : { code: 0, message: 'success', data: rows, requestId: 'r-1' },
});

/** Takes one pass a day of a watch; everything is closed after each test. */
export function useRankings() {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return async (
    {
      account: build,
      list,
      asked,
      depth = 20,
      ...config
    }: {
      account: (url: string) => SourceConfig;
      list: ListKind;
      asked: Watch['asked'];
      depth?: number;
    } & Partial<Config>,
    days: readonly ((query: URLSearchParams) => RankingReply)[],
  ): Promise<Taken> => {
    let answer = days[0];
    const server = await scriptedServer(({ parameters }, response) => {
      const { status = 200, body } = answer?.(parameters) ?? { body: null };
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    const account = build(server.url);
    const watch = makeWatch({ name: 'w', source: account.name, list, asked, depth });
    const world = makeWorld({ sources: [account], watches: [watch], ...config });
    const source = openSource(account, manualClock(dayAt(0), { auto: true }), () => 0);
    closing.push(
      () => server.close(),
      () => world.close(),
      () => source.close(),
    );
    const { db, clock } = world;
    const results: Taken['results'] = [];
    for (const [day, served] of days.entries()) {
      answer = served;
      if (dayAt(day) > clock.now()) await clock.advance(dayAt(day) - clock.now());
      const deps = { db, config: world.config, clock, signal: new AbortController().signal };
      const outcome = await runPass(
        { ...deps, fetchList: source.fetchList },
        watch,
        dayAt(day),
        'schedule',
      );
      if (outcome.kind !== 'taken') throw new Error(outcome.kind);
      results.push(outcome.result);
    }
    return {
      world,
      results,
      requests: server.requests,
      all: (sql) => db.raw.prepare(sql).raw().all(),
    };
  };
}
