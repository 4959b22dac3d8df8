// `tidemark check`: what the schedules will cost.
import type { CreditPlan } from '../../config/credit-plan.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable, type Column } from '../../terminal/table.ts';
import { wrapText } from '../../words/fit-text.ts';

const PLAN_COLUMNS: readonly Column[] = [
  { head: 'watch', min: 12 },
  ...['pages', 'credits/run', 'runs/day', 'credits/day', 'credits/month'].map((head) => ({
    head,
    align: 'right' as const,
  })),
];

/** The plan as a table, and what is not in it. */
export function planText(plan: CreditPlan, io: Io): string {
  const rows = plan.watches.map((watch) => [
    watch.watch,
    watch.pages,
    watch.creditsPerRun,
    watch.runsPerDay,
    watch.creditsPerDay,
    watch.creditsPerMonth,
  ]);
  const limit =
    plan.dailyCredits === null
      ? 'There is no daily limit.'
      : `The daily limit is ${plan.dailyCredits}.`;
  const table = formatTable(
    PLAN_COLUMNS,
    [...rows, ['all', '', '', '', plan.creditsPerDay, plan.creditsPerMonth]],
    io,
  );
  return `Credits in ${plan.month} (days are the busiest; without retries)\n${table}${limit}\n${lateText(plan, io)}`;
}

/** What lists that come late may cost beyond the plan; nothing where none can. */
function lateText({ watches }: CreditPlan, { columns }: Io): string {
  const late = watches
    .filter(({ creditsIfLate }) => creditsIfLate > 0)
    .map(({ watch, creditsIfLate }) => `${watch} ${creditsIfLate}`);
  if (late.length === 0) return '';
  const text = `Each list is taken to be there when it is asked for. One that is not published yet is asked for again every half hour, for up to 12 hours: at most so many credits more on such a day: ${late.join(', ')}.`;
  return `${wrapText(text, columns)}\n`;
}

/** The plan for programs. */
export const creditsJson = (plan: CreditPlan) => ({
  month: plan.month,
  per_day: plan.creditsPerDay,
  per_month: plan.creditsPerMonth,
  daily_credits: plan.dailyCredits,
  watches: plan.watches.map((watch) => ({
    watch: watch.watch,
    pages: watch.pages,
    credits_per_run: watch.creditsPerRun,
    runs_per_day: watch.runsPerDay,
    credits_per_day: watch.creditsPerDay,
    runs_per_month: watch.runsPerMonth,
    credits_per_month: watch.creditsPerMonth,
    credits_if_late: watch.creditsIfLate,
  })),
});
