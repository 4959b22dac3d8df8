// Who is let in, and what they may see and do.
import type { MiddlewareHandler } from 'hono';
import type { WebScope } from '../../store/web/tokens.ts';
import type { Env, WebDeps, Who } from '../deps.ts';
import { Refusal } from '../http/refusal.ts';
import { identify } from './identify.ts';
import type { LockOut } from './lock-out.ts';

/** What everybody may ask for: the log-in page and what it looks like. */
const PUBLIC = /^\/(login$|assets\/|unsubscribe$|mute$)/;

/** Asks who it is; people are led to the log-in page, programs get 401. */
export const accessGate =
  (deps: WebDeps, lock: LockOut): MiddlewareHandler<Env> =>
  async (c, next) => {
    const who = identify(c, deps, lock);
    if (who !== null) {
      c.set('who', who);
      refuseScope(who, c.req.path);
      return next();
    }
    if (PUBLIC.test(c.req.path)) {
      c.set('who', { name: null, role: 'viewer', way: 'open', scopes: null });
      return next();
    }
    const isPage = c.req.method === 'GET' && !/^\/(api|mcp|feeds)(\/|$)/.test(c.req.path);
    if (!isPage || !hasPassword(deps))
      throw new Refusal(401, 'who are you? Come with a token, or log in');
    const { search } = new URL(c.req.url);
    return c.redirect(c.get('links').to('/login', { to: `${c.req.path}${search}` }), 303);
  };

function hasPassword({ config }: WebDeps): boolean {
  const { auth } = config.web;
  return auth !== null && (auth.passwordHash !== null || auth.viewerPasswordHash !== null);
}

/** A token is good for what its scopes say. */
function refuseScope({ scopes }: Who, path: string): void {
  if (scopes === null) return;
  const needed = scopeOf(path);
  if (needed.some((scope) => scopes.includes(scope))) return;
  throw new Refusal(403, `this token is not for that: it needs the scope ${needed.join(' or ')}`);
}

function scopeOf(path: string): WebScope[] {
  if (path.startsWith('/feeds/')) return ['feeds', 'read', 'write'];
  if (/^\/mcp(\/|$)/.test(path)) return ['mcp'];
  return ['read', 'write'];
}

/** @throws Refusal 403 for those who only look */
export function requireOperator({ role }: Who): void {
  if (role !== 'operator')
    throw new Refusal(403, 'you may look at everything here, and change nothing');
}
