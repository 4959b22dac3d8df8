// What an edited rule would have told, for programs: told while it is computed, a line of JSON each.
import type { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { AppError, messageOf } from '../../lib/errors.ts';
import { requireOperator } from '../access/gate.ts';
import type { Env, WebDeps } from '../deps.ts';
import { IN_PARTS } from '../http/compressed.ts';
import { readAskedEdit } from '../rules/asked-edit.ts';
import { requireRoom, runBacktest } from '../rules/run-backtest.ts';
import { bodyOf } from './body.ts';

/**
 * Adds POST /rules/backtest. Lines with `progress`, and a last one with `report`; or with `problem`
 * where it could not be done, as the status was sent before.
 */
export function addBacktest(api: Hono<Env>, deps: WebDeps): void {
  api.post('/rules/backtest', async (c) => {
    requireOperator(c.get('who'));
    const { rule, ...given } = await bodyOf(c);
    if (rule === undefined)
      throw new AppError('usage', 'rule: which one? It names one of the config');
    const { configured, edited } = readAskedEdit(deps, { ...given, rule });
    requireRoom();
    c.header('content-type', 'application/x-ndjson; charset=utf-8');
    c.header(IN_PARTS, 'no');
    return stream(c, async (out) => {
      const gone = new AbortController();
      out.onAbort(() => gone.abort());
      const say = (line: object) => out.write(`${JSON.stringify(line)}\n`);
      const last = await runBacktest(deps.config, configured, edited, {
        clock: deps.clock,
        tell: (progress) => void say({ progress }),
        stop: gone.signal,
      }).then(
        (report) => ({ report }),
        (thrown: unknown) => {
          if (!(thrown instanceof AppError))
            deps.log.error({ err: messageOf(thrown) }, 'a backtest failed');
          return { problem: messageOf(thrown) };
        },
      );
      await say(last);
    });
  });
}
