// What is used of undici. Its index loads fetch, web sockets, caches and mocks as well, which take
// as much memory again, in a daemon that needs none of them.
import type { Dispatcher } from 'undici';
import api from 'undici/lib/api/index.js';
import connectorOf from 'undici/lib/core/connect.js';
import undiciErrors from 'undici/lib/core/errors.js';
import UndiciAgent from 'undici/lib/dispatcher/agent.js';

/** Connections to any number of servers. */
export const Agent = UndiciAgent;

/** How an agent connects: TCP or TLS. */
export const buildConnector = connectorOf;

/** What requests fail with. */
export const errors = undiciErrors;

type Options = Omit<Dispatcher.RequestOptions<null>, 'origin' | 'path'> & {
  dispatcher: Dispatcher;
};

/**
 * One exchange over a dispatcher, whose body is still to be read. Rejects with one of `errors`, or
 * with the failure of a socket.
 */
export async function request(
  url: string | URL,
  { dispatcher, ...options }: Options,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  return api.request.call(dispatcher, { ...options, origin, path: `${pathname}${search}` });
}
