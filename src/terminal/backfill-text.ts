// A backfill as a terminal shows it: its price beforehand, each date, and what is left.
import type { Watch } from '../config/config.ts';
import type { BackfillPlan } from '../history/backfill/plan.ts';
import type { BackfilledDate, BackfillStop } from '../history/backfill/run.ts';
import { cleanText, plural } from '../lib/text.ts';
import { commandText } from '../words/shell-text.ts';
import { dataDateText } from '../words/times.ts';

/** `us-products: 12 lists to fetch, 2026-11-01 to 2026-11-12: 12 × 10 pages = 120 credits at most` */
export function planText(
  watch: Watch,
  { wanted, known, thinned, pages, creditsEach }: BackfillPlan,
  spend: { left: number; kept: number } | null,
): string {
  const [first, last] = [wanted[0], wanted.at(-1)];
  const besides = [
    ...(known === 0 ? [] : [`${known} stored already`]),
    ...(thinned === 0 ? [] : [`${thinned} left out, as retention would thin them again`]),
  ];
  if (first === undefined || last === undefined)
    return `${watch.name}: nothing to fetch (${besides.join(', ')})\n`;
  const lists = plural(wanted.length, 'list');
  const from = dataDateText(watch, first.date);
  const to = dataDateText(watch, last.date);
  const price = creditsEach * wanted.length;
  const cost =
    price === 0 ? 'at no credits' : `${plural(price, 'credit')} at most, ${creditsEach} a list`;
  return [
    `${watch.name}: ${lists} to fetch, ${from}${to === from ? '' : ` to ${to}`}${besides.length === 0 ? '' : ` (${besides.join(', ')})`}\n`,
    `price: ${wanted.length} × ${plural(pages, 'page')}: ${cost}\n`,
    ...(spend === null || price === 0 ? [] : [spendText(spend, creditsEach)]),
  ].join('');
}

function spendText({ left, kept }: { left: number; kept: number }, creditsEach: number): string {
  const reserve = kept === 0 ? '' : `; ${kept} more are kept for the slots of today`;
  const enough = plural(Math.floor(left / creditsEach), 'list');
  return `today: ${plural(left, 'credit')} may be spent, enough for ${enough}${reserve}\n`;
}

/** `2026-11-01: complete, 100 rows, 10 credits`; or why nothing is stored. */
export function dateText(watch: Watch, done: BackfilledDate): string {
  const { date, outcome, status, reason, rows, credits } = done;
  const cost = plural(credits, 'credit');
  const why = reason === null ? '' : ` (${cleanText(reason)})`;
  const what = {
    stored: `${status ?? ''}${why}, ${plural(rows, 'row')}, ${cost}`,
    known: `stored meanwhile by somebody else, ${cost}`,
    not_published: `not published, nothing stored, ${cost}`,
    failed: `failed${why}, nothing stored, ${cost}`,
  }[outcome];
  return `${dataDateText(watch, date)}: ${what}\n`;
}

const STOPPED: Record<NonNullable<BackfillStop>, string> = {
  credits: 'the credits of today are spent, and those of its slots are kept',
  refused: 'the source refuses: no credits are left there, or it does not accept the credentials',
  failing: 'three lists in a row failed',
  stopped: 'stopped',
};

/** Why it ended early, what is left, and how to go on; nothing where it came to its end. */
export function leftText(
  watch: Watch,
  { stop, left }: { stop: BackfillStop; left: readonly { date: string }[] },
): string {
  const [first, last] = [left[0], left.at(-1)];
  if (stop === null || first === undefined || last === undefined) return '';
  const when = stop === 'credits' ? 'To go on after 00:00 UTC' : 'To go on';
  const command = commandText(['backfill', watch.name], { from: first.date, to: last.date });
  return `${STOPPED[stop]}: ${plural(left.length, 'list')} left. ${when}:\n  ${command}\n`;
}
