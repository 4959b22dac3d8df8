// Composition: the source, as passes ask it. Apart from open-app.ts, which every command needs:
// reading starts without the HTTP client.
import type { Config } from './config/config.ts';
import type { Clock } from './lib/clock.ts';
import type { FetchList } from './pipeline.ts';
import { openSource } from './source/open-source.ts';
import { withLock } from './store/file/lock.ts';

/**
 * The source for passes: one pass at a time asks it, also across processes, so that its rate is
 * never exceeded.
 */
export function openPassSource(
  config: Config,
  clock: Clock,
  random: () => number,
): { fetchList: FetchList; close(): Promise<void> } {
  const source = openSource(config.source, clock, random);
  return {
    fetchList: (query, ledger, signal) =>
      withLock(config.database, 'source', clock, signal, () =>
        source.fetchList(query, ledger, signal),
      ),
    close: () => source.close(),
  };
}
