// The cookie of a session: out of reach of scripts, of other sites and, where there is TLS, of
// plain HTTP.
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { WebConfig } from '../../config/config.ts';
import { SECOND_MS } from '../../lib/clock.ts';
import { SESSION_LONGEST_MS } from '../../store/web/sessions.ts';
import type { Env } from '../deps.ts';
import { basePathOf } from '../links.ts';

const NAME = 'tidemark';

/** `__Host-` says to browsers that nobody else may set it; it asks for TLS and no path. */
function options({ publicUrl }: WebConfig) {
  const isSecure = publicUrl?.startsWith('https:') === true;
  const path = `${basePathOf(publicUrl)}/`;
  return {
    path,
    secure: isSecure,
    httpOnly: true,
    sameSite: 'Lax',
    name: isSecure && path === '/' ? `__Host-${NAME}` : NAME,
  } as const;
}

/** What the browser sent; undefined for none. */
export const readCookie = (c: Context<Env>, config: WebConfig): string | undefined =>
  getCookie(c, options(config).name);

/** Gives the browser its session. */
export function giveCookie(c: Context<Env>, config: WebConfig, value: string): void {
  const { name, ...rest } = options(config);
  setCookie(c, name, value, { ...rest, maxAge: SESSION_LONGEST_MS / SECOND_MS });
}

/** Takes it back. */
export function takeCookie(c: Context<Env>, config: WebConfig): void {
  const { name, ...rest } = options(config);
  deleteCookie(c, name, rest);
}
