// The page as one function from requests to answers. It needs no socket, so tests can call it.
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getPath } from 'hono/utils/url';
import { accessGate } from './access/gate.ts';
import { lockOut } from './access/lock-out.ts';
import { addLogin } from './access/login.ts';
import { addApi } from './api/routes.ts';
import { ASSET_CACHE } from './assets.ts';
import type { Env, WebDeps } from './deps.ts';
import { addFeeds } from './feeds.ts';
import { compressed } from './http/compressed.ts';
import { originGate } from './http/csrf.ts';
import { failed, notFound } from './http/failure.ts';
import { freshness } from './http/fresh.ts';
import { securityHeaders } from './http/headers.ts';
import { hostGate } from './http/host.ts';
import { Refusal } from './http/refusal.ts';
import { basePathOf, linksBelow } from './links.ts';
import { addMute } from './mail-links/mute.ts';
import { addUnsubscribe } from './mail-links/unsubscribe.ts';
import { addMcp } from './mcp/http.ts';
import { addPages } from './pages/routes.ts';

const MOST_BODY = 64 * 1_024;

/** Whether a proxy keeps the prefix or takes it off, the routes are the same. */
const pathBelow =
  (base: string) =>
  (request: Request): string => {
    const path = getPath(request);
    if (base === '' || !(path === base || path.startsWith(`${base}/`))) return path;
    return path.slice(base.length) || '/';
  };

/** Every route, behind the gates in their order: name, headers, size, who, where from. */
export function makeApp(deps: WebDeps): Hono<Env> {
  const { web } = deps.config;
  const base = basePathOf(web.publicUrl);
  const links = linksBelow(base);
  // Each of its own: a job with a token that was revoked keeps nobody from logging in.
  const [logins, tokens] = [lockOut(deps.clock), lockOut(deps.clock)];
  const app = new Hono<Env>({ getPath: pathBelow(base) });
  app.onError((thrown, c) => failed(deps, thrown, c));
  app.notFound((c) => notFound(deps, c));

  app.use(securityHeaders(web.auth !== null));
  app.use(hostGate(web, deps.port));
  app.use(async (c, next) => {
    c.set('links', links);
    c.set('now', deps.clock.now());
    await next();
  });
  app.use(compressed);
  app.use(
    bodyLimit({
      maxSize: MOST_BODY,
      onError: () => {
        throw new Refusal(413, 'this is more than 64 KB');
      },
    }),
  );
  app.use(accessGate(deps, tokens));
  app.use(originGate(web));
  app.use(freshness(deps));

  app.get('/assets/:name', (c) => {
    const asset = deps.assets.get(c.req.param('name'));
    if (asset === undefined) return c.notFound();
    return c.body(asset.body, 200, { 'content-type': asset.type, 'cache-control': ASSET_CACHE });
  });
  addLogin(app, deps, logins);
  addMute(app, deps);
  addUnsubscribe(app, deps);
  addApi(app, deps);
  addFeeds(app, deps);
  addMcp(app, deps);
  addPages(app, deps);
  return app;
}
