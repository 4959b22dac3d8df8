// `tidemark backfill`: past dates of a dated list, fetched as imported history.
import { askedDates } from '../../history/backfill/dates.ts';
import { creditsToSpend, planBackfill } from '../../history/backfill/plan.ts';
import { fetchDates, type BackfilledDate } from '../../history/backfill/run.ts';
import { isoTime } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import { readAppConfig } from '../../open-app.ts';
import { openPassSource } from '../../open-pass-source.ts';
import { requireName } from '../../report/known-names.ts';
import { openDatabase } from '../../store/file/open.ts';
import { findWatch, forgetUnused, recordWatch } from '../../store/series/series.ts';
import { dateText, leftText, planText } from '../../terminal/backfill-text.ts';
import type { Io } from '../../terminal/io.ts';
import { openProgress } from '../../terminal/progress.ts';

export type BackfillArgs = {
  config?: string | undefined;
  watch: string;
  /** The first day, and the last; default: up to the list before the newest. */
  from: string;
  to?: string | undefined;
  yes?: boolean | undefined;
  json?: boolean | undefined;
};

/** Asks a question that needs a yes; null where nobody can be asked. */
export type Confirm = ((question: string) => Promise<boolean>) | null;

/**
 * Says the price, asks, and fetches. Exit code 0 when every date is stored, or nobody said yes; 3
 * when some are not, or are left for another day; 1 when nothing could be stored, or it was stopped.
 */
export async function runBackfill(
  io: Io,
  args: BackfillArgs,
  { confirm, stop }: { confirm: Confirm; stop: AbortSignal },
): Promise<number> {
  const config = readAppConfig(io, args.config, 'needed');
  const names = config.watches.map(({ name }) => name);
  requireName('watch', args.watch, names);
  const watch = config.watches.find(({ name }) => name === args.watch);
  if (watch === undefined) throw new Error(`the watch ${args.watch} was found`);
  const dates = askedDates(watch, args, io.clock.now());
  const db = openDatabase(config.database);
  try {
    const before = findWatch(db, watch);
    const plan = planBackfill(db, config, watch, before.seriesId, dates);
    const spend = creditsToSpend(db, config, watch, io.clock.now());
    io.stderr(planText(watch, plan, spend));
    if (plan.wanted.length > 0 && args.yes !== true) {
      if (confirm === null)
        throw new AppError('usage', 'nobody can be asked here whether that is meant', {
          hint: 'say so: --yes',
        });
      if (!(await confirm('Fetch them now?'))) return 0;
    }
    const done: BackfilledDate[] = [];
    const row = db.transaction(() => recordWatch(db, watch, io.clock.now()));
    const source = openPassSource(config, io.clock, Math.random);
    const bar = openProgress(io, plan.wanted.length, 'lists');
    const ended = await fetchDates(
      {
        db,
        config,
        clock: io.clock,
        fetchList: source.fetchList,
        signal: stop,
        onDate: (one) => {
          done.push(one);
          // A bar stands where the lines of the lists that came well would; others are said after it.
          if (!io.isTerminal) io.stderr(dateText(watch, one));
          bar.advance();
        },
      },
      { watch, row, ...plan },
    ).finally(() => {
      bar.stop();
      return source.close();
    });
    if (io.isTerminal)
      for (const one of done.filter(isWorthSaying)) io.stderr(dateText(watch, one));
    if (before.seriesId === null) db.transaction(() => forgetUnused(db, row));
    io.stderr(leftText(watch, ended));
    const stored = done.filter(({ outcome }) => outcome === 'stored' || outcome === 'known').length;
    if (done.length > 0) io.stderr(`${plural(stored, 'list')} stored of ${done.length} fetched\n`);
    if (args.json) io.stdout(`${JSON.stringify(done.map(dateJson), null, 2)}\n`);
    if (stop.aborted || (stored === 0 && done.some(({ outcome }) => outcome === 'failed')))
      return 1;
    return stored === plan.wanted.length ? 0 : 3;
  } finally {
    db.close();
  }
}

/** What did not simply come in whole. */
const isWorthSaying = ({ outcome, status }: BackfilledDate): boolean =>
  outcome !== 'stored' || status !== 'complete';

const dateJson = ({ date, slotAt, outcome, status, reason, rows, credits }: BackfilledDate) => ({
  data_date: date,
  slot_at: isoTime(slotAt),
  outcome,
  status,
  reason,
  rows,
  credits,
});
