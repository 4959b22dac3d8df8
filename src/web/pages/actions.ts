// What the forms of pages do. Only operators may use them, and each leads to a page that shows the
// result.
import type { Hono } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { requireSilence } from '../../report/silences.ts';
import { requireOperator } from '../access/gate.ts';
import { pathId, type Asked } from '../asked.ts';
import { contextOf } from '../context.ts';
import type { Env, WebDeps } from '../deps.ts';
import { path } from '../links.ts';
import { withTyped } from '../parts/command.ts';
import type { PageContext } from '../parts/page.ts';
import { deliveriesPage, deliveryPage } from './deliveries.ts';
import { aroundMark, trialAnswer } from './rule-trial.ts';
import { findRule } from '../rules/find-rule.ts';
import { rulePage } from './rules.ts';
import { readSilence, silencesPage } from './silences.ts';

/** The texts of a form, without files. */
async function formOf(c: { req: { parseBody(): Promise<object> } }): Promise<Asked> {
  const entries = Object.entries(await c.req.parseBody()) as [string, unknown][];
  return Object.fromEntries(
    entries.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** Adds what silences, deliveries and rules can be told to do. */
export function addActions(app: Hono<Env>, deps: WebDeps): void {
  app.post('/silences/preview', async (c) => {
    requireOperator(c.get('who'));
    const given = await formOf(c);
    const ctx = contextOf(deps, c);
    const problem = problemOf(ctx, () => readSilence(deps, given, ctx.now));
    return c.html(silencesPage(ctx, given, problem), problem === null ? 200 : 400);
  });
  app.post('/silences', async (c) => {
    requireOperator(c.get('who'));
    const given = await formOf(c);
    const ctx = contextOf(deps, c);
    const problem = problemOf(ctx, () => readSilence(deps, given, ctx.now));
    if (problem !== null) return c.html(silencesPage(ctx, given, problem), 400);
    await deps.write({ kind: 'silence.add', silence: readSilence(deps, given, ctx.now) });
    return c.redirect(ctx.links.to('/silences'), 303);
  });
  app.post('/silences/:id/end', async (c) => {
    requireOperator(c.get('who'));
    const { id } = requireSilence(deps.db, pathId(c.req.param('id'), 'silence'));
    await deps.write({ kind: 'silence.end', id });
    return c.redirect(c.get('links').to('/silences'), 303);
  });
  app.post('/deliveries/:id/retry', async (c) => {
    requireOperator(c.get('who'));
    const id = pathId(c.req.param('id'), 'delivery');
    const { force } = await formOf(c);
    const refused = await deps.write({ kind: 'delivery.retry', id, force: force === '1' });
    if (refused === null) return c.redirect(c.get('links').to(path`/deliveries/${id}`), 303);
    return c.html(deliveryPage(contextOf(deps, c), id, `It is not sent again: ${refused}.`), 409);
  });
  app.post('/deliveries/test', async (c) => {
    requireOperator(c.get('who'));
    const { channel = '' } = await formOf(c);
    if (channel === '') throw new AppError('usage', 'no channel was chosen for the test');
    const { refused } = await deps.write({ kind: 'channel.test', channel });
    if (refused === null) return c.redirect(c.get('links').to('/deliveries', { channel }), 303);
    const ctx = contextOf(deps, c);
    return c.html(deliveriesPage(ctx, withTyped(ctx, `No test is sent: ${refused}.`)), 409);
  });
  app.post('/rules/:rule', async (c) => {
    requireOperator(c.get('who'));
    const [ctx, name, given] = [contextOf(deps, c), c.req.param('rule'), await formOf(c)];
    const rule = findRule(ctx.deps, name);
    const [head, foot] = aroundMark((mark) => rulePage(ctx, name, given, mark));
    return rule === null ? c.html(head) : trialAnswer(c, ctx, rule, given, { head, foot });
  });
  app.post('/rules/:rule/result', async (c) => {
    requireOperator(c.get('who'));
    const ctx = contextOf(deps, c);
    const rule = findRule(ctx.deps, c.req.param('rule'));
    if (rule === null) throw new AppError('not_found', 'this rule is no longer in the config');
    return trialAnswer(c, ctx, rule, await formOf(c), { head: '', foot: '' });
  });
}

/** What is wrong with what was given, in words; null when nothing is. */
function problemOf(ctx: PageContext, read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    if (thrown.hint === undefined) return thrown.message;
    return `${thrown.message}: ${withTyped(ctx, thrown.hint)}`;
  }
}
