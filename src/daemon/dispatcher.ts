import type { Config } from '../config/config.ts';
import { runDispatcher } from '../delivery/dispatch.ts';
import { prepareSenders } from '../delivery/senders.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from '../store/file/open.ts';
import { calledFromAnywhere } from '../terminal/program-name.ts';
import type { Io } from '../terminal/io.ts';

/** Starts delivering, once the dispatcher before it has given back what it had claimed. */
export function startDispatcher(
  io: Io,
  db: Db,
  config: Config,
  log: Log,
  random: () => number,
  before: Promise<void> = Promise.resolve(),
) {
  const stopping = new AbortController();
  const { channels, smtp, timezone, locale, web } = config;
  const { publicUrl } = web;
  const ready = prepareSenders(channels);
  const running = Promise.all([before, ready]).then(() =>
    runDispatcher(
      {
        db,
        channels,
        smtp,
        publicUrl,
        timezone,
        locale,
        called: calledFromAnywhere(io, config.path),
        clock: io.clock,
        log,
        random,
      },
      stopping.signal,
    ),
  );
  return {
    /** Everything it will need is loaded now. */
    ready,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
