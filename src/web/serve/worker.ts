// The page on a thread of its own. It reads over its own connection, and asks the main thread to
// write. Whatever happens to it, passes and deliveries go on.
import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { useQueryEntry } from '../../history/sql/entry.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { readAppConfig } from '../../open-app.ts';
import { openToRead } from '../../store/file/open-to-read.ts';
import { openIo } from '../../terminal/process-io.ts';
import type { WebDeps } from '../deps.ts';
import { loadAssets } from '../load-assets.ts';
import { useBacktestEntry } from '../rules/run-backtest.ts';
import { giveWay } from './give-way.ts';
import type { ToMain, ToWorker, WorkerStart, Written } from './messages.ts';
import { startWebServer } from './server.ts';

const tell = (message: ToMain): void => parentPort?.postMessage(message);

const logAt =
  (level: 'info' | 'warn' | 'error') =>
  (fields: object, message: string): void =>
    tell({ kind: 'log', level, fields, message });
const log: Log = { info: logAt('info'), warn: logAt('warn'), error: logAt('error') };

const waiting = new Map<number, (written: Written) => void>();
let asked = 0;

const write = (async (given) => {
  const id = ++asked;
  const written = await new Promise<Written>((resolve) => {
    waiting.set(id, resolve);
    tell({ kind: 'write', id, write: given });
  });
  if (written.ok) return written.value;
  const { code, message, hint } = written;
  throw new AppError(code, message, hint === undefined ? {} : { hint });
}) as WebDeps['write'];

async function run(): Promise<void> {
  giveWay();
  const start = workerData as WorkerStart;
  useQueryEntry(start.queryEntry);
  useBacktestEntry(start.backtestEntry);
  const io = openIo();
  const config = readAppConfig(io, start.configPath, 'spared', null);
  const { listen } = config.web;
  if (listen === null) throw new AppError('usage', 'web.listen is not in the config');
  const db = openToRead(config.database);
  const server = await startWebServer(listen, {
    db,
    config,
    clock: io.clock,
    log,
    write,
    randomBytes,
    called: start.called,
    assets: loadAssets(start.scripts),
    preparesBacktests: true,
    boot: randomBytes(8).toString('hex'),
    port: listen.port,
  });
  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'ask') {
      tell({ kind: 'alive' });
      return;
    }
    if (message.kind === 'wrote') {
      waiting.get(message.id)?.(message.result);
      waiting.delete(message.id);
      return;
    }
    void server.close().then(() => {
      db.close();
      parentPort?.close();
    });
  });
  tell({ kind: 'serving', url: server.url });
}

run().catch((thrown: unknown) => {
  tell({ kind: 'failed', message: messageOf(thrown) });
  parentPort?.close();
});
