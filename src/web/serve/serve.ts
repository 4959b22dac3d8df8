// The page without a daemon: for a copy of a database, or beside a daemon that serves none.
import { randomBytes } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ListenAddress } from '../../lib/listen-address.ts';
import type { Listening } from '../../lib/listen-http.ts';
import type { Log } from '../../lib/log.ts';
import { openDatabase } from '../../store/file/open.ts';
import { openToRead } from '../../store/file/open-to-read.ts';
import type { Called } from '../../words/as-called.ts';
import type { WebDeps } from '../deps.ts';
import { loadAssets, scriptPaths } from '../load-assets.ts';
import { performWrite } from '../writes.ts';
import { startWebServer } from './server.ts';

/**
 * Serves the database of a config. The file is opened for writing only while a write takes place,
 * so that this does not disturb a daemon beside it. @throws AppError as opening does, and
 * `address_unusable`
 */
export async function serve(
  config: Config,
  listen: ListenAddress,
  clock: Clock,
  log: Log,
  called?: Called,
): Promise<Listening> {
  const db = openToRead(config.database);
  const write: WebDeps['write'] = async (given) => {
    const writing = openDatabase(config.database, { create: false });
    try {
      const deps = { db: writing, channels: config.channels };
      return performWrite(deps, given, clock.now());
    } finally {
      writing.close();
    }
  };
  try {
    const server = await startWebServer(listen, {
      db,
      config,
      clock,
      log,
      write,
      randomBytes,
      called,
      assets: loadAssets(await scriptPaths()),
      preparesBacktests: true,
      boot: randomBytes(8).toString('hex'),
      port: listen.port,
    });
    return {
      url: server.url,
      close: async () => {
        await server.close();
        db.close();
      },
    };
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}
