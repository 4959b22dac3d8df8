// Which names this server answers to. By DNS rebinding a foreign name can be made to lead here: its
// pages come with that name, and get nothing.
import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../../config/cross-check-web.ts';
import type { WebConfig } from '../../config/config.ts';
import type { Env } from '../deps.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** `host:port` of a URL; the port also where it is the usual one of the scheme. */
const withPort = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port === '' ? usualPort(protocol) : port}`;
const usualPort = (protocol: string): string => (protocol === 'https:' ? '443' : '80');

/**
 * Says whether a `Host` is one of ours: loopback, the address it listens on, that of `public_url`,
 * and those of `hosts`. An address in digits is nobody's name: where other machines reach the
 * server, each with its port is.
 */
export function hostCheck(config: WebConfig, port: number): (host: string) => boolean {
  const { listen, publicUrl, hosts } = config;
  const known = new Set(hosts);
  for (const name of LOOPBACK) known.add(`${name}:${port}`);
  if (listen !== null) known.add(`${listen.host.toLowerCase()}:${port}`);
  if (publicUrl !== null) {
    const url = new URL(publicUrl);
    known.add(url.host).add(withPort(url));
  }
  const isOpen = listen !== null && !isLoopback(listen);
  return (given) => {
    const host = given.toLowerCase();
    if (known.has(host) || known.has(host.replace(/:\d+$/, ''))) return true;
    const [, address = ''] = /^\[?([0-9a-f.:]+?)\]?:\d+$/.exec(host) ?? [];
    return isOpen && isIP(address) !== 0 && host.endsWith(`:${port}`);
  };
}

/** Refuses what was sent to another name, before anything else is looked at. */
export function hostGate(config: WebConfig, port: number): MiddlewareHandler<Env> {
  const isOurs = hostCheck(config, port);
  return async (c, next) => {
    if (isOurs(c.req.header('host') ?? '')) return next();
    return c.text(
      'This is not a name of this server. Add it to `hosts` below `web` in the config.\n',
      421,
    );
  };
}
