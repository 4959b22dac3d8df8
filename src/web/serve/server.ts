// The socket under the page.
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { SECOND_MS } from '../../lib/clock.ts';
import type { ListenAddress } from '../../lib/listen-address.ts';
import { listenHttp, type Listening } from '../../lib/listen-http.ts';
import { makeApp } from '../app.ts';
import type { WebDeps } from '../deps.ts';

const MOST_CONNECTIONS = 256;
/** A client that is slower than this with a request is cut off, so that others can connect. */
const HEADERS_MS = 10 * SECOND_MS;
const REQUEST_MS = 30 * SECOND_MS;

/** Serves the page. @throws AppError `address_unusable` when it cannot listen there. */
export async function startWebServer(address: ListenAddress, deps: WebDeps): Promise<Listening> {
  const app = makeApp(deps);
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  return listenHttp(server, address, 'web.listen');
}
