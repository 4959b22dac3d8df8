// The socket under the page.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { SECOND_MS } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { listenText, type ListenAddress } from '../../lib/listen-address.ts';
import { makeApp } from '../app.ts';
import type { WebDeps } from '../deps.ts';

export type WebServer = { url: string; close(): Promise<void> };

const MOST_CONNECTIONS = 256;
/** Who is slower than this with a request keeps others from theirs. */
const HEADERS_MS = 10 * SECOND_MS;
const REQUEST_MS = 30 * SECOND_MS;

/** Serves the page. @throws AppError `address_unusable` when it cannot listen there. */
export async function startWebServer(address: ListenAddress, deps: WebDeps): Promise<WebServer> {
  const app = makeApp(deps);
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (thrown) {
    throw new AppError(
      'address_unusable',
      `cannot listen on ${listenText(address)}: ${messageOf(thrown)}`,
      { hint: 'see web.listen in the config', cause: thrown },
    );
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${listenText({ host: address.host, port })}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
