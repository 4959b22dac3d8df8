// Logging in with the password of the config, and out again.
import { html } from 'ghtml';
import type { Hono } from 'hono';
import type { WebAuth } from '../../config/config.ts';
import type { Env, Role, WebDeps } from '../deps.ts';
import { contextOf } from '../context.ts';
import { clientAddress } from '../http/client-address.ts';
import { page } from '../parts/page.ts';
import { giveCookie, readCookie, takeCookie } from './cookie.ts';
import { refuseLocked } from './identify.ts';
import type { LockOut } from './lock-out.ts';
import { isPassword } from './password.ts';
import { hashOf, passwordMark } from './secrets.ts';
import { Refusal } from '../http/refusal.ts';

/** How many guesses are worked out at once; each takes 32 MB. */
const AT_ONCE = 2;
const LONGEST_PASSWORD = 1_000;

/** Adds /login and /logout. */
export function addLogin(app: Hono<Env>, deps: WebDeps, lock: LockOut): void {
  const { web } = deps.config;
  let working = 0;

  app.get('/login', (c) => {
    const to = ownPath(c.req.query('to'));
    return c.html(loginPage(contextOf(deps, c), to, null));
  });

  app.post('/login', async (c) => {
    const { auth } = web;
    if (auth === null) return c.redirect(c.get('links').to('/'), 303);
    const address = clientAddress(c, web.trustedProxies);
    refuseLocked(lock, address);
    const form = await c.req.parseBody();
    const to = ownPath(typeof form['to'] === 'string' ? form['to'] : undefined);
    const password = typeof form['password'] === 'string' ? form['password'] : '';
    // Nothing is waited for between the two: all that come at once would get in.
    if (working >= AT_ONCE)
      throw new Refusal(503, 'others are logging in: try again', { retryAfter: 1 });
    const isOne = password !== '' && password.length <= LONGEST_PASSWORD;
    if (isOne) working++;
    const found = isOne ? await roleOf(auth, password).finally(() => working--) : null;
    if (found === null) {
      lock.failed(address);
      deps.log.warn({ address }, 'a log-in failed');
      return c.html(loginPage(contextOf(deps, c), to, 'That is not the password.'), 401);
    }
    lock.passed(address);
    const cookie = deps.randomBytes(32).toString('base64url');
    await deps.write({
      kind: 'session.begin',
      session: { hash: hashOf(cookie), role: found.role, password: passwordMark(found.stored) },
    });
    giveCookie(c, web, cookie);
    return c.redirect(c.get('links').base + to, 303);
  });

  app.post('/logout', async (c) => {
    const cookie = readCookie(c, web);
    if (cookie !== undefined) await deps.write({ kind: 'session.end', hash: hashOf(cookie) });
    takeCookie(c, web);
    return c.redirect(c.get('links').to('/login'), 303);
  });
}

async function roleOf(
  auth: WebAuth,
  password: string,
): Promise<{ role: Role; stored: string } | null> {
  for (const [role, stored] of [
    ['operator', auth.passwordHash],
    ['viewer', auth.viewerPasswordHash],
  ] as const)
    if (stored !== null && (await isPassword(password, stored))) return { role, stored };
  return null;
}

/** A path of ours to go on to; the overview for anything else, such as `//elsewhere`. */
const ownPath = (text: string | undefined): string =>
  text !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';

const loginPage = (ctx: Parameters<typeof page>[0], to: string, problem: string | null): string => {
  const wrong = problem === null ? '' : html`<p class="problem" role="alert">${problem}</p>`;
  // Password managers ask for a user name, though there is none.
  const body = html`<h1>Log in</h1>
<form method="post" action="${ctx.links.to('/login')}" class="card pad">
<input type="hidden" name="to" value="${to}">
<input class="heard" type="text" name="username" value="tidemark" autocomplete="username"
 tabindex="-1" aria-label="User name" readonly>!${wrong}
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required></p>
<button>Log in</button></form>`;
  return page(ctx, { title: 'Log in', section: null, body });
};
