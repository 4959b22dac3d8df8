// `tidemark serve`: the page without the daemon.
import { pino } from 'pino';
import { isLoopback } from '../../config/cross-check-web.ts';
import { isoTime } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { parseListenAddress, type ListenAddress } from '../../lib/listen-address.ts';
import { readAppConfig } from '../../open-app.ts';
import type { Io, Signals } from '../../terminal/io.ts';
import { calledFromAnywhere } from '../../terminal/program-name.ts';
import { openFile } from '../../terminal/open-file.ts';
import { serve } from '../../web/serve/serve.ts';

export type ServeArgs = {
  config?: string | undefined;
  listen?: string | undefined;
  open?: boolean | undefined;
};

const DEFAULT: ListenAddress = { host: '127.0.0.1', port: 8710 };

/** Serves until told to stop. Where is said on stderr; the log, JSON lines, is there too. */
export async function runServe(io: Io, args: ServeArgs, { stop }: Signals): Promise<number> {
  const config = readAppConfig(io, args.config, 'spared');
  const listen = readListen(args.listen) ?? config.web.listen ?? DEFAULT;
  if (!isLoopback(listen) && config.web.auth === null)
    throw new AppError('usage', `${listen.host} is reached from other machines, so it needs auth`, {
      hint: 'give auth below web in the config: tidemark help web',
    });
  const log = pino(
    { base: null, level: 'warn', timestamp: () => `,"time":"${isoTime(io.clock.now())}"` },
    { write: (line: string) => io.stderr(line) },
  );
  const server = await serve(
    { ...config, web: { ...config.web, listen } },
    listen,
    io.clock,
    log,
    calledFromAnywhere(io, config.path),
  );
  io.stderr(`The page is at ${server.url}. Ctrl-C stops.\n`);
  if (args.open === true && !(await openFile(server.url, io.env)))
    io.stderr('No browser was found to show it.\n');
  await new Promise<void>((resolve) =>
    stop.aborted ? resolve() : stop.addEventListener('abort', () => resolve(), { once: true }),
  );
  await server.close();
  return 0;
}

function readListen(text: string | undefined): ListenAddress | null {
  if (text === undefined) return null;
  const address = parseListenAddress(text);
  if (address === undefined)
    throw new AppError('usage', `--listen ${JSON.stringify(text)} is no address and port`, {
      hint: 'such as 127.0.0.1:8710, or a port alone',
    });
  return address;
}
