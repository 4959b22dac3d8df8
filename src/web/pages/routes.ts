// Which path shows which page.
import type { Hono } from 'hono';
import type { Env, WebDeps } from '../deps.ts';
import { contextOf } from '../context.ts';
import { leaderboardPage } from './leaderboard.ts';
import { overviewPage } from './overview.ts';

/** Adds every page. */
export function addPages(app: Hono<Env>, deps: WebDeps): void {
  app.get('/', (c) => c.html(overviewPage(contextOf(deps, c))));
  app.get('/watches', (c) => c.redirect(c.get('links').to('/'), 303));
  app.get('/watches/:watch', (c) =>
    c.html(leaderboardPage(contextOf(deps, c), c.req.param('watch'))),
  );
}
