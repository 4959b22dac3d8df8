// Puts together the sources as passes ask them. This is apart from open-app.ts, which every command
// needs, so that commands that only read start without the HTTP client.
import type { Config } from './config/config.ts';
import type { Clock } from './lib/clock.ts';
import type { FetchList } from './pipeline.ts';
import { openSource } from './source/open-source.ts';
import { sourceLock, withLock } from './store/file/lock.ts';

/**
 * The sources for passes: one pass at a time asks each, also across processes, so that its rate is
 * never exceeded.
 */
export function openPassSource(
  config: Config,
  clock: Clock,
  random: () => number,
): { fetchList: FetchList; close(): Promise<void> } {
  const sources = new Map(
    config.sources.map((source) => [source.name, openSource(source, clock, random)]),
  );
  return {
    fetchList: (query, ledger, signal) => {
      const source = sources.get(query.source);
      if (source === undefined) throw new Error(`no source is called ${query.source}`);
      return withLock(config.database, sourceLock(query.source), clock, signal, () =>
        source.fetchList(query, ledger, signal),
      );
    },
    close: async () => {
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}
