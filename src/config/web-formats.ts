// What values of `web` look like.
import ipaddr from 'ipaddr.js';
import { httpUrlProblem, type Check } from './formats.ts';

/** `scrypt$N$r$p$SALT$HASH`, salt and hash in base64url: as `tidemark web password` prints it. */
export const PASSWORD_HASH =
  /^scrypt\$(\d{4,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22,86})\$([\w-]{43,86})$/;

/** The hash of a password. It is shown to nobody, so the problem does not repeat it. */
export const passwordHashProblem: Check = (text) =>
  PASSWORD_HASH.test(text) ? null : 'must be a hash that `tidemark web password` printed';

/** The address under which people reach the page, perhaps with a path. */
export const publicUrlProblem: Check = (text) => {
  const problem = httpUrlProblem(text);
  if (problem !== null) return problem;
  const { search, pathname } = new URL(text);
  if (search !== '' || text.includes('?')) return 'must not hold a ?';
  return /^[\w.~/-]*$/.test(pathname) && !pathname.includes('//')
    ? null
    : 'may have a path of letters, digits, -, ., _ and ~ only';
};

/** A host as browsers send it, perhaps with its port. */
export const hostProblem: Check = (text) =>
  /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(text)
    ? null
    : 'must be a host name such as rank.lan, perhaps with its port';

/** One address, or a range of them: `10.0.0.0/8`. */
export const addressRangeProblem: Check = (text) =>
  ipaddr.isValid(text) || ipaddr.isValidCIDR(text)
    ? null
    : 'must be an address such as 127.0.0.1, or a range such as 10.0.0.0/8';
