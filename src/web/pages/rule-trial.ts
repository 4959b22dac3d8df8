// What an edited rule comes to, told while it is computed: first the slots as they are evaluated,
// the oldest first, and then the whole, which takes their place.
import { html } from 'ghtml';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import type { Rule } from '../../config/config.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { Asked } from '../asked.ts';
import type { Env } from '../deps.ts';
import { IN_PARTS } from '../http/compressed.ts';
import type { PageContext } from '../parts/page.ts';
import { section, table } from '../parts/table.ts';
import type { Progress } from '../rules/backtest.ts';
import { givenFields, readEdited, ruleYaml } from '../rules/edit.ts';
import { prepareBacktest, requireRoom, runBacktest } from '../rules/run-backtest.ts';
import { backtestHtml } from './backtest-html.ts';

/** A page on both sides of its result. */
export type Around = { head: string; foot: string };

/** No text on a page can be this: it would be escaped. */
const MARK = '<!--result-->';

/** What of a page stands before the place of its result, and what behind it. */
export function aroundMark(make: (mark: string) => string): [head: string, foot: string] {
  const [head = '', ...rest] = make(MARK).split(MARK);
  return [head, rest.join('')];
}

/**
 * Answers with what an edit comes to, part by part. @throws Refusal when other backtests are
 * running; what goes wrong later is told in the answer, as its head is sent already
 */
export function trialAnswer(
  c: Context<Env>,
  ctx: PageContext,
  rule: Rule,
  given: Asked,
  { head, foot }: Around,
): Response | Promise<Response> {
  const { deps } = ctx;
  const edited = readEdited(deps.config, rule, givenFields(rule, given));
  if ('problems' in edited) return c.html(head + problem(edited.problems.join('\n')) + foot);
  requireRoom();
  c.header('content-type', 'text/html; charset=UTF-8');
  c.header(IN_PARTS, 'no');
  return stream(c, async (out) => {
    const gone = new AbortController();
    out.onAbort(() => gone.abort());
    await out.write(head);
    const soFar = rowsSoFar((text) => void out.write(text));
    const result = await runBacktest(deps.config, rule, edited.rule, {
      clock: deps.clock,
      tell: soFar.tell,
      stop: gone.signal,
    }).then(
      (report) => backtestHtml(ctx, report, ruleYaml(edited.rule)),
      (thrown: unknown) => {
        if (!(thrown instanceof AppError))
          deps.log.error({ err: messageOf(thrown) }, 'a backtest failed');
        return problem(`The backtest could not be done: ${messageOf(thrown)}`);
      },
    );
    if (deps.preparesBacktests === true) void prepareBacktest(deps.config).catch(() => {});
    await out.write(`${soFar.end()}<div class="came">${result}</div>${foot}`);
  });
}

const problem = (text: string): string =>
  html`<div class="card pad"><pre class="problem" role="alert">${text}</pre></div>`;

const COLUMNS = [
  { head: 'From', kind: 'w' },
  { head: 'To', kind: 'w' },
  { head: 'Configured', kind: 'n' },
  { head: 'Edited', kind: 'n' },
] as const;

/** Rows as they come, and what ends them; nothing where none came. */
function rowsSoFar(write: (text: string) => void): {
  tell: (progress: Progress) => void;
  end: () => string;
} {
  let foot: string | null = null;
  return {
    tell: ({ from, to, configured, edited }) => {
      const day = (at: string) => at.slice(0, '2026-01-05'.length);
      const cells = [day(from), day(to), String(configured), String(edited)];
      const [above = '', below = ''] = table(COLUMNS, [cells], '').split('</tbody>');
      const title = section('What it would have told, so far');
      // The first has the head of the table before it, and the others only themselves.
      write(
        foot === null
          ? html`<div class="so-far">!${title}!${above}`
          : above.slice(above.lastIndexOf('<tr>')),
      );
      foot = `</tbody>${below}</div>`;
    },
    end: () => foot ?? '',
  };
}
