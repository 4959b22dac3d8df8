import { isIP } from 'node:net';

/** Where a server listens. `host` is an IP address or a name, IPv6 without brackets. */
export type ListenAddress = { host: string; port: number };

/**
 * Reads `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`, or a port alone, which means loopback.
 * Undefined for anything else. `0.0.0.0` and `[::]` are every address of the machine.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain = '127.0.0.1', digits = ''] =
    /^(?:(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port < 1 || port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  // What looks like an address must be one: 127.0.0.256 is no host name.
  if (/^[\d.]+$/.test(plain) && isIP(plain) === 0) return undefined;
  return { host: plain, port };
}

/** `127.0.0.1:9464` or `[::1]:9464`, as it stands in a URL. */
export const listenText = ({ host, port }: ListenAddress): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
