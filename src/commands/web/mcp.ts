// `tidemark mcp`: the tools for an assistant that starts this program, on its stdin and stdout.
import { randomBytes } from 'node:crypto';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { AppError } from '../../lib/errors.ts';
import { readAppConfig } from '../../open-app.ts';
import { openToRead } from '../../store/file/open-to-read.ts';
import type { Io, Signals } from '../../terminal/io.ts';
import { makeMcp } from '../../web/mcp/tools.ts';

/** Serves until its input ends. */
export async function runMcp(
  io: Io,
  args: { config?: string | undefined },
  { stop }: Signals,
): Promise<number> {
  const config = readAppConfig(io, args.config, 'spared', null);
  const db = openToRead(config.database);
  const say = () => {};
  const server = makeMcp({
    db,
    config,
    clock: io.clock,
    log: { info: say, warn: say, error: say },
    write: () => Promise.reject(new AppError('usage', 'assistants change nothing')),
    randomBytes,
    assets: new Map(),
    boot: 'mcp',
    port: 0,
  });
  const transport = new StdioServerTransport();
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    process.stdin.once('end', resolve);
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(transport);
  await ended;
  await server.close();
  db.close();
  return 0;
}
