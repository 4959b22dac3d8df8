// Finds out who asks: by a token, by a trusted proxy's header, or by a session; or it is nobody in
// particular.
import type { Context } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { findSession, isUseNews } from '../../store/web/sessions.ts';
import { findToken } from '../../store/web/tokens.ts';
import type { Env, WebDeps, Who } from '../deps.ts';
import { Refusal } from '../http/refusal.ts';
import { clientAddress, isWithin, peerOf } from '../http/client-address.ts';
import { readCookie } from './cookie.ts';
import type { LockOut } from './lock-out.ts';
import { hashOf, passwordMark } from './secrets.ts';

const OPEN: Who = { name: null, role: 'operator', way: 'open', scopes: null };

/**
 * Who asks; null when that is not known and must be. @throws Refusal for a token that is not known,
 * and 429 while an address has to wait after too many of them.
 */
export function identify(c: Context<Env>, deps: WebDeps, lock: LockOut): Who | null {
  const token = bearerOf(c);
  if (token !== null) return byToken(c, deps, lock, token);
  const { auth } = deps.config.web;
  if (auth === null) return OPEN;
  return byHeader(c, deps) ?? bySession(c, deps);
}

/**
 * The token in the header. For feeds also the one in the address, as readers of feeds send no
 * headers.
 */
function bearerOf(c: Context<Env>): string | null {
  const [, token = null] = /^Bearer +([\w-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (token !== null) return token;
  return c.req.path.startsWith('/feeds/') ? (c.req.query('token') ?? null) : null;
}

function byToken(c: Context<Env>, deps: WebDeps, lock: LockOut, text: string): Who {
  const { db, config } = deps;
  const token = config.web.auth?.tokens === false ? undefined : findToken(db, hashOf(text));
  if (token === undefined) {
    // One that is known is never refused for what others try: none can be guessed.
    const address = clientAddress(c, config.web.trustedProxies);
    refuseLocked(lock, address);
    lock.failed(address);
    throw new Refusal(401, 'this token is not known, or was revoked');
  }
  if (isUseNews(token.usedAt, c.get('now')))
    void noted(deps, deps.write({ kind: 'token.used', name: token.name }));
  return {
    name: `token ${token.name}`,
    role: token.scopes.includes('write') ? 'operator' : 'viewer',
    way: 'token',
    scopes: token.scopes,
  };
}

/** @throws Refusal 429 while an address has to wait */
export function refuseLocked(lock: LockOut, address: string): void {
  const waitMs = lock.waitMs(address);
  if (waitMs > 0)
    throw new Refusal(429, 'too many failures: wait, and try again', {
      retryAfter: Math.ceil(waitMs / 1_000),
    });
}

function byHeader(c: Context<Env>, { config }: WebDeps): Who | null {
  const { auth, trustedProxies } = config.web;
  const header = auth?.header ?? null;
  if (auth === null || header === null || !isWithin(peerOf(c), trustedProxies)) return null;
  const name = c.req.header(header)?.trim() ?? '';
  if (name === '') return null;
  const role = auth.operators.includes(name) ? 'operator' : 'viewer';
  return { name, role, way: 'header', scopes: null };
}

function bySession(c: Context<Env>, deps: WebDeps): Who | null {
  const { auth } = deps.config.web;
  const cookie = readCookie(c, deps.config.web);
  if (auth === null || cookie === undefined) return null;
  const hash = hashOf(cookie);
  const session = findSession(deps.db, hash, c.get('now'));
  const stored = session?.role === 'operator' ? auth.passwordHash : auth.viewerPasswordHash;
  if (session === undefined || stored === null || passwordMark(stored) !== session.password)
    return null;
  if (isUseNews(session.usedAt, c.get('now')))
    void noted(deps, deps.write({ kind: 'session.used', hash }));
  return { name: session.role, role: session.role, way: 'session', scopes: null };
}

/**
 * It is not important to record that something was used: if that cannot be written, the page is
 * shown all the same.
 */
async function noted({ log }: WebDeps, writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    log.warn({ err: thrown.message }, 'the last use of a session or token was not written down');
  }
}
