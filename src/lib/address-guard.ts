// Which addresses a webhook may reach. A URL names a host; what it resolves to may differ between a
// check and the connection (DNS rebinding), so names are checked in the connection's own lookup, on
// the addresses it will use.
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import ipaddr from 'ipaddr.js';

/** Code of the error a guarded connection fails with. */
export const BLOCKED_CODE = 'ESSRF';

/**
 * The only part of IPv6 that is given out for the public internet. The rest is reserved, local, or
 * IPv4 in another form.
 */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Ranges inside it that the IANA registry keeps for special use, and the library does not know all
 * of.
 */
const SPECIAL = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(
  (range) => ipaddr.IPv6.parseCIDR(range),
);

/**
 * Is this an address of the public internet? IPv4 mapped into IPv6 is judged as IPv4. Anything
 * unreadable, and every special range of the IANA registries (private, loopback, link-local,
 * metadata, CGNAT, test nets, 6to4, Teredo, NAT64, IPv4-compatible `::/96` …), is not.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (!(parsed instanceof ipaddr.IPv6)) return true;
  return parsed.match(GLOBAL_UNICAST) && !SPECIAL.some((range) => parsed.match(range));
}

/**
 * Is the host of this URL an address that must not be reached? Connections to literal addresses
 * never call `lookup`, so they are checked here. `new URL` has already turned 2130706433, 0x7f.1
 * and 127.1 into 127.0.0.1.
 */
export function isBlockedLiteral(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(host) && !isPublicAddress(host);
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;
type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for `net.connect`. It fails when ANY address of the name is blocked: if only the
 * allowed ones were used, a name with both kinds could choose.
 */
export const guardedLookup =
  (resolveAll: Resolve = resolve) =>
  (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    resolveAll(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address))) {
        return callback(
          Object.assign(new Error('the name resolves to an address that is not public'), {
            code: BLOCKED_CODE,
          }),
          [],
        );
      }
      // Node asks for all addresses when it may try them in turn, and then accepts nothing but an
      // array.
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
