import type { Context } from 'hono';
import type { Env, WebDeps } from './deps.ts';
import type { PageContext } from './parts/page.ts';

/** What a page is made with, from a request that has passed the gates. */
export const contextOf = (deps: WebDeps, c: Context<Env>): PageContext => ({
  deps,
  links: c.get('links'),
  who: c.get('who'),
  now: c.get('now'),
  asked: { path: c.req.path, query: c.req.query() },
});
