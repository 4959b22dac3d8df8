// What every answer carries, whatever it is: refusals and failures too.
import type { MiddlewareHandler } from 'hono';
import type { Env } from '../deps.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** What such content may do in its frame: its links open elsewhere. */
export const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/**
 * For content from elsewhere, such as a mail: it may show itself and its pictures, lead to other
 * pages in a new tab, and nothing more.
 */
export const SANDBOX_POLICY =
  `sandbox ${SANDBOX}; ` +
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'";

/**
 * Sets the headers. `isPrivate`: somebody is asked who they are, so nothing is kept by browsers or
 * proxies.
 */
export const securityHeaders =
  (isPrivate: boolean): MiddlewareHandler<Env> =>
  async (c, next) => {
    await next();
    const { headers } = c.res;
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', POLICY);
    headers.set('x-content-type-options', 'nosniff');
    headers.set('referrer-policy', 'same-origin');
    headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
    if (!headers.has('cache-control'))
      headers.set('cache-control', isPrivate ? 'no-store' : 'no-cache');
  };
