// Which path shows which page.
import type { Context, Hono } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { findProducts } from '../../report/product.ts';
import { requireDelivery } from '../../report/deliveries.ts';
import { pathId } from '../asked.ts';
import { contextOf } from '../context.ts';
import type { Env, WebDeps } from '../deps.ts';
import { SANDBOX_POLICY } from '../http/headers.ts';
import { path } from '../links.ts';
import { prepareBacktest } from '../rules/run-backtest.ts';
import { alertPage, alertsPage } from './alerts.ts';
import { coveragePage } from './coverage.ts';
import { creditsPage } from './credits.ts';
import { deliveriesPage, deliveryPage } from './deliveries.ts';
import { digestBody, digestPage, digestsPage } from './digests.ts';
import { doctorPage } from './doctor.ts';
import { helpPage, subjectPage } from './help.ts';
import { leaderboardPage } from './leaderboard.ts';
import { overviewPage } from './overview.ts';
import { productPage } from './product.ts';
import { rulePage, rulesPage } from './rules.ts';
import { silencesPage } from './silences.ts';
import { snapshotPage } from './snapshot.ts';
import { sqlPage } from './sql.ts';
import { addActions } from './actions.ts';

/** Adds every page. */
export function addPages(app: Hono<Env>, deps: WebDeps): void {
  const of = (c: Context<Env>) => contextOf(deps, c);
  app.get('/', (c) => c.html(overviewPage(of(c))));
  app.get('/watches', (c) => c.redirect(c.get('links').to('/'), 303));
  app.get('/watches/:watch', (c) => c.html(leaderboardPage(of(c), c.req.param('watch'))));
  app.get('/watches/:watch/movers', (c) =>
    c.redirect(
      c.get('links').to(path`/watches/${c.req.param('watch')}`, { show: 'climbers' }),
      303,
    ),
  );
  app.get('/watches/:watch/coverage', (c) => c.html(coveragePage(of(c), c.req.param('watch'))));
  app.get('/watches/:watch/products/:id', (c) => {
    const { watch, id } = c.req.param();
    const { add, ...rest } = c.req.query();
    if (add === undefined) return c.html(productPage(of(c), watch, id));
    const one = findOne(deps, watch, add, c.get('now'));
    const others = [...(rest['with'] ?? '').split(','), one].filter((text) => text !== '');
    const query = { ...rest, with: [...new Set(others)].join(',') };
    return c.redirect(c.get('links').to(path`/watches/${watch}/products/${id}`, query), 303);
  });
  app.get('/snapshots/:id', (c) =>
    c.html(snapshotPage(of(c), pathId(c.req.param('id'), 'snapshot'))),
  );
  app.get('/alerts', (c) => c.html(alertsPage(of(c))));
  app.get('/alerts/:id', (c) => c.html(alertPage(of(c), pathId(c.req.param('id'), 'alert'))));
  app.get('/rules', (c) => c.html(rulesPage(of(c))));
  app.get('/rules/:rule', (c) => {
    const shown = rulePage(of(c), c.req.param('rule'), {}, '');
    if (deps.preparesBacktests === true && c.get('who').role === 'operator')
      void prepareBacktest(deps.config).catch(() => {});
    return c.html(shown);
  });
  app.get('/silences', (c) => c.html(silencesPage(of(c), c.req.query(), null)));
  app.get('/deliveries', (c) => c.html(deliveriesPage(of(c), null)));
  app.get('/deliveries/:id', (c) =>
    c.html(deliveryPage(of(c), pathId(c.req.param('id'), 'delivery'), null)),
  );
  app.get('/deliveries/:id/body', async (c) => {
    const row = requireDelivery(deps.db, pathId(c.req.param('id'), 'delivery'));
    const { sentHtml } = await import('./sent.ts');
    return framed(c, await sentHtml(deps, row));
  });
  app.get('/digests', (c) => c.html(digestsPage(of(c))));
  app.get('/digests/:name', (c) => c.html(digestPage(of(c), c.req.param('name'))));
  app.get('/digests/:name/body', async (c) =>
    framed(c, await digestBody(of(c), c.req.param('name'))),
  );
  app.get('/credits', (c) => c.html(creditsPage(of(c))));
  app.get('/doctor', (c) => c.html(doctorPage(of(c))));
  app.get('/help', (c) => c.html(helpPage(of(c))));
  app.get('/help/:subject', (c) => c.html(subjectPage(of(c), c.req.param('subject'))));
  app.get('/sql', async (c) => c.html(await sqlPage(of(c))));
  addActions(app, deps);
}

/** Content from elsewhere, in a frame that may do nothing. */
const framed = (c: Context<Env>, body: string): Response | Promise<Response> =>
  c.html(body, 200, { 'content-security-policy': SANDBOX_POLICY });

function findOne({ db, config }: WebDeps, watch: string, text: string, now: number): string {
  const { products } = findProducts({ db, config }, watch, text, now);
  const [first] = products;
  if (first === undefined) throw new AppError('not_found', `${watch} never showed ${text}`);
  return first.upstreamId;
}
