// The socket under the page.
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { SECOND_MS } from '../../lib/clock.ts';
import type { ListenAddress } from '../../lib/listen-address.ts';
import { listenHttp, type Listening } from '../../lib/listen-http.ts';
import { makeApp } from '../app.ts';
import type { WebDeps } from '../deps.ts';

/**
 * A client that is slower than this with the headers of a request, or with all of it, is cut off,
 * so that others can connect; `checkMs` is how often that is looked at.
 */
export type ServerLimits = {
  headersMs: number;
  requestMs: number;
  checkMs: number;
  connections: number;
};

const LIMITS: ServerLimits = {
  headersMs: 10 * SECOND_MS,
  requestMs: 30 * SECOND_MS,
  checkMs: 5 * SECOND_MS,
  connections: 256,
};

/** Serves the page; `limits` are for tests. @throws AppError `address_unusable` when it cannot listen there. */
export async function startWebServer(
  address: ListenAddress,
  deps: WebDeps,
  limits = LIMITS,
): Promise<Listening> {
  const app = makeApp(deps);
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
    // Node looks for slow clients only so often, by itself every 30 seconds.
    serverOptions: {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
    },
  }) as Server;
  server.maxConnections = limits.connections;
  return listenHttp(server, address, 'web.listen');
}
