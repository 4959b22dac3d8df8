// Where a request came from. The word of a proxy counts only if the config names the proxy.
import ipaddr from 'ipaddr.js';
import type { Context } from 'hono';
import type { Env } from '../deps.ts';

/** Is an address in one of these addresses and ranges? */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [base, bits] = ipaddr.isValidCIDR(range)
      ? ipaddr.parseCIDR(range)
      : [ipaddr.process(range), null];
    if (base.kind() !== parsed.kind()) return false;
    return parsed.match(base, bits ?? (base.kind() === 'ipv4' ? 32 : 128));
  });
}

/** The address of the other end of the connection; empty where there is no socket. */
export const peerOf = (c: Context<Env>): string =>
  (c.env as Env['Bindings'] | undefined)?.incoming?.socket?.remoteAddress ?? '';

/**
 * The address a request came from: that of the peer, or where that is a trusted proxy the nearest
 * in `X-Forwarded-For` that is none.
 */
export function clientAddress(c: Context<Env>, trusted: readonly string[]): string {
  const peer = peerOf(c);
  if (!isWithin(peer, trusted)) return peer;
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  const nearest = hops.reverse().find((hop) => !isWithin(hop, trusted));
  return nearest !== undefined && ipaddr.isValid(nearest) ? nearest : peer;
}
