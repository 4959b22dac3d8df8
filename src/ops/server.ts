// The server behind `web.ops_listen`.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SECOND_MS } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { ListenAddress } from '../lib/listen-address.ts';
import { listenHttp, type Listening } from '../lib/listen-http.ts';
import type { Log } from '../lib/log.ts';
import type { OpsContext } from './ops-facts.ts';
import { answerOps, type OpsAnswer } from './routes.ts';

/** No monitor needs more connections at once. */
const MOST_CONNECTIONS = 64;

/**
 * Serves health and metrics; port 0 is any free one. @throws AppError `address_unusable` when it
 * cannot listen there.
 */
export async function startOpsServer(
  address: ListenAddress,
  context: OpsContext,
  log: Log,
): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(request, context).then(
      (found) => write(request, response, found),
      (thrown: unknown) => {
        log.error({ path: request.url, err: messageOf(thrown) }, 'a monitor could not be answered');
        write(request, response, plain(500, 'this could not be read; the log says why'));
      },
    );
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = 5 * SECOND_MS;
  server.requestTimeout = 10 * SECOND_MS;
  return listenHttp(server, address, 'web.ops_listen');
}

async function answer(request: IncomingMessage, context: OpsContext): Promise<OpsAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET and HEAD');
  const [path = ''] = (request.url ?? '').split('?');
  return (
    (await answerOps(path, context)) ?? plain(404, 'here are /healthz, /readyz and /metrics alone')
  );
}

const plain = (status: number, text: string): OpsAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${text}\n`,
});

function write(request: IncomingMessage, response: ServerResponse, found: OpsAnswer): void {
  response.writeHead(found.status, {
    'content-type': found.contentType,
    'content-length': Buffer.byteLength(found.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(found.status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : found.body);
}
