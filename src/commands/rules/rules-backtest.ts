// `tidemark rules backtest`: what the rules of the config would have fired over stored history.
// Keeps and sends nothing.
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { differenceOf, type Side } from '../../backtest/difference.ts';
import { countEvaluated, openReplay, runReplay, type Replay } from '../../backtest/replay.ts';
import {
  alertOf,
  countedOf,
  coverageOf,
  dayIn,
  reportOf,
  toldIds,
  type Coverage,
} from '../../backtest/report.ts';
import { coverageText, differenceText, reportText } from '../../backtest/report-text.ts';
import type { Config } from '../../config/config.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import { plural } from '../../lib/text.ts';
import { readAppConfig } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';
import { readSince } from '../../terminal/options.ts';
import { openProgress } from '../../terminal/progress.ts';
import { alertJson } from '../../report/alerts.ts';
import { requireName } from '../../report/known-names.ts';
import { wrapText } from '../../words/fit-text.ts';
import { leftText } from '../../words/left-text.ts';

export type RulesBacktestArgs = {
  config?: string | undefined;
  /**
   * Alerts that fired at or after this; states are always right from the beginning of the history
   * on.
   */
  since?: string | undefined;
  rule?: string | undefined;
  watch?: string | undefined;
  /**
   * Path of another version of the config, whose rules and watches are tried on the same database.
   */
  against?: string | undefined;
  json?: boolean | undefined;
};

/** Exit code 0, or 1 when it was stopped. */
export async function runRulesBacktest(
  io: Io,
  args: RulesBacktestArgs,
  { stop }: { stop: AbortSignal },
): Promise<number> {
  const config = readAppConfig(io, args.config, 'spared');
  const other =
    args.against === undefined ? null : readAppConfig(io, resolve(io.cwd, args.against), 'spared');
  const configs = other === null ? [config] : [config, other];
  const { rule, watch } = args;
  if (rule !== undefined)
    requireName(
      'rule',
      rule,
      configs.flatMap(({ rules }) => rules.map(({ name }) => name)),
    );
  if (watch !== undefined)
    requireName(
      'watch',
      watch,
      configs.flatMap(({ watches }) => watches.map(({ name }) => name)),
    );
  const now = io.clock.now();
  const sinceAt = readSince(args.since, now, config.timezone) ?? -Infinity;

  const replays: Replay[] = [];
  try {
    for (const one of configs) replays.push(openReplay(config.database, one, { watch, rule }, now));
    if (!(await runAll(io, replays, stop))) {
      io.stderr('Stopped half-way: nothing to report.\n');
      return 1;
    }
    for (const { setAside } of replays)
      for (const [name, { count, reason, slotAt }] of setAside)
        io.stderr(
          `warning the rule ${name} could not be evaluated on ${plural(count, 'snapshot')}, first on that of ${isoTime(slotAt)}: ${reason}\n`,
        );
    const [here, there] = replays;
    // With --json, too: an array of alerts does not show what it was not made of.
    for (const { watch, ...left } of here === undefined ? [] : coverageOf(here, sinceAt).left)
      io.stderr(
        `note ${watch} is replayed from after that on: ${leftText(left, config.timezone)}\n`,
      );
    if (here !== undefined && there !== undefined)
      await printDifference(io, args, here, there, sinceAt, config);
    else if (here !== undefined) await printReport(io, args, here, sinceAt, config);
    return 0;
  } finally {
    for (const { db } of replays) db.close();
  }
}

async function runAll(io: Io, replays: readonly Replay[], stop: AbortSignal): Promise<boolean> {
  const progress = openProgress(
    io,
    replays.reduce((sum, replay) => sum + countEvaluated(replay), 0),
    'snapshots',
  );
  try {
    for (const replay of replays)
      if (!(await runReplay(replay, () => progress.advance(), stop))) return false;
    return true;
  } finally {
    progress.stop();
  }
}

const LEGEND =
  'fired: would have been told; of these, resolved have ended since and firing are still open. flaps: fired again within 7 days of resolving. adopted: true already when the rule met the list. cooldown: kept quiet by it. Silences are ignored. Each alert: --json';

async function printReport(
  io: Io,
  { json }: RulesBacktestArgs,
  replay: Replay,
  sinceAt: Instant,
  config: Config,
): Promise<void> {
  if (json) return await printArray(io, replay, toldIds(countedOf(replay, sinceAt)), '\n');
  if (replay.rules.length === 0)
    return io.stderr('There is no rule to try: add one under rules in the config.\n');
  const report = reportOf(replay, sinceAt, config.timezone);
  if (report.coverage.snapshots === 0)
    return io.stderr(
      `No history to try rules on${sinceAt === -Infinity ? ': take a first snapshot, or import some' : ' since then'}.\n`,
    );
  io.stdout(
    `${coverageLines(report.coverage, replay, config.timezone)}\n\n${reportText(report, io)}`,
  );
  io.stderr(`\n${wrapText(LEGEND, io.columns)}\n`);
}

async function printDifference(
  io: Io,
  { json, against = '' }: RulesBacktestArgs,
  here: Replay,
  there: Replay,
  sinceAt: Instant,
  config: Config,
): Promise<void> {
  const sideOf = (replay: Replay): Side => ({
    counted: countedOf(replay, sinceAt),
    ruleNames: new Map(replay.rules.map(({ id, rule }) => [id, rule.name])),
  });
  const difference = differenceOf(sideOf(here), sideOf(there));
  if (json) {
    io.stdout('{\n"only_here": ');
    await printArray(io, here, toldIds(difference.onlyHere), ',\n"only_there": ');
    await printArray(io, there, toldIds(difference.onlyThere), '\n}\n');
    return;
  }
  const coverage = coverageOf(here, sinceAt);
  if (coverage.snapshots > 0) io.stdout(`${coverageLines(coverage, here, config.timezone)}\n\n`);
  if (difference.rules.length === 0) return io.stderr('Nothing fires, with neither config.\n');
  io.stdout(`Only there: with ${against}\n\n${differenceText(difference, io)}`);
  io.stderr(
    '\nThe same alert: same rule, list, product and slot. Each alert that differs: --json\n',
  );
}

/**
 * Prints one alert at a time, each on its line: all of them with their evidence may not fit into
 * memory.
 */
async function printArray(
  io: Io,
  replay: Replay,
  ids: readonly number[],
  end: string,
): Promise<void> {
  io.stdout('[');
  for (const [index, id] of ids.entries()) {
    io.stdout(`${index === 0 ? '' : ','}\n${JSON.stringify(alertJson(alertOf(replay, id)))}`);
    // What a pipe did not take at once stays in memory until Node gets a turn to write it.
    if (index % 10 === 9) await setImmediate();
  }
  io.stdout(`${ids.length === 0 ? '' : '\n'}]${end}`);
}

function coverageLines(coverage: Coverage, { lists }: Replay, timeZone: string): string {
  const day = dayIn(timeZone);
  const { firstAt, lastAt } = coverage;
  const [first] = lists;
  const watches =
    lists.length === 1 && first !== undefined
      ? first.watch
      : plural(lists.length, 'watch', 'watches');
  return coverageText(
    coverage,
    firstAt === null || lastAt === null
      ? 'No time'
      : `${day(firstAt)} to ${day(lastAt)} (${timeZone})`,
    watches,
  );
}
