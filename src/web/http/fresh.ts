// Answers "not modified" for what the reader has already: the version of the data tells it, without
// making the answer anew.
import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { MINUTE_MS } from '../../lib/clock.ts';
import { dataVersion } from '../../store/file/versions.ts';
import type { Env, WebDeps } from '../deps.ts';

/** Pages that show more than the database, or do work of their own. */
const NEVER =
  /^\/(login|mute|unsubscribe|sql|doctor|assets|mcp)(\/|$)|^\/api\/v1\/(events|doctor)$/;

/**
 * Answers 304 where nothing has changed: neither the data, nor who asks, nor the minute, since
 * pages say how long ago things were.
 */
export const freshness =
  ({ db, boot }: WebDeps): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (c.req.method !== 'GET' || NEVER.test(c.req.path)) return next();
    const { name, role } = c.get('who');
    const parts = [boot, dataVersion(db), Math.floor(c.get('now') / MINUTE_MS), name, role];
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
    const tag = `W/"${digest.slice(0, 22)}"`;
    if (c.req.header('if-none-match')?.split(/,\s*/).includes(tag) === true)
      return c.body(null, 304, { etag: tag });
    await next();
    if (c.res.status === 200 && !c.res.headers.has('etag')) {
      c.res.headers.set('etag', tag);
      c.res.headers.append('vary', 'Cookie, Authorization');
    }
  };
