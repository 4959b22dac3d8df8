// A deliberately bad two months: every fault of the sandbox strikes single pages of single days, over real HTTP. The
// same months without faults show which alerts are true.
import { makeSecret } from '../src/lib/secret.ts';
import { describe, expect, test } from 'vitest';
import { DAY_MS, isoTime, type Instant } from '../src/lib/clock.ts';
import { runPass } from '../src/pipeline.ts';
import { FAULT_NAMES, FAULTS, type FaultName, type InjectedFault } from '../src/sandbox/faults.ts';
import { createMarket } from '../src/sandbox/market.ts';
import { startSandbox } from '../src/sandbox/server.ts';
import { openSource } from '../src/source/open-source.ts';
import { openDatabase } from '../src/store/file/open.ts';
import { manualClock } from './support/manual-clock.ts';
import { DAY_ZERO, dayAt, makeConfig, makeRule, makeWatch, makeAccount } from './support/world.ts';

const DAYS = 60;
/** Faults begin when a week of history stands. */
const FIRST_BAD_DAY = 8;
const PAGES = 15;

const WATCH = makeWatch({ name: 'de-week', region: 'DE', timeScope: 7, depth: PAGES * 20 });
const RULES = [
  makeRule({ name: 'top20', when: 'rank <= 20', clear: 'rank > 25', resolved: true }),
  makeRule({ name: 'top100', when: 'rank <= 100', for: 2, clearFor: 2, resolved: true }),
  makeRule({ name: 'climber', when: 'rank_gain >= 25', maxGapMs: DAY_MS }),
  makeRule({ name: 'faller', when: 'rank_gain <= -25', maxGapMs: DAY_MS }),
  makeRule({
    name: 'week-climber',
    when: 'rank_gain >= 60',
    compare: { kind: 'ago', ms: 7 * DAY_MS, text: '7d' },
  }),
  makeRule({ name: 'surge', when: 'posts_pct >= 40 and posts_before >= 50', maxGapMs: DAY_MS }),
  makeRule({ name: 'slump', when: 'posts_pct <= -30', maxGapMs: DAY_MS }),
  makeRule({ name: 'entrant', when: "status = 'new'", maxGapMs: DAY_MS }),
  makeRule({ name: 'back', when: "status = 'returned'", maxGapMs: DAY_MS }),
  makeRule({ name: 'gone', when: "status = 'left' and rank_before <= 280", maxGapMs: DAY_MS }),
  makeRule({ name: 'ctr-high', when: 'ctr >= 4 and impressions >= 1000000', resolved: true }),
  makeRule({ name: 'few-conversions', when: 'cvr < 2', resolved: true }),
  makeRule({ name: 'cheap', when: 'cost_pct <= -40', maxGapMs: DAY_MS }),
  makeRule({ name: 'long-gap-climber', when: 'rank_gain >= 40' }),
];

/** Faults that take time, and so are met by a time-out. */
const OF_TIME = new Set<string>(['hang', 'slow_drip']);

type Fired = {
  rule: string;
  product_id: string;
  slot_at: string;
  resolved_slot_at: string | null;
  quiet: string | null;
  gap_days: number | null;
};
type Day = { day: number; status: string; reason: string | null };
type Months = {
  fired: Fired[];
  days: Day[];
  seen: (product: string, day: number) => boolean;
  hasBlanks: (product: string, day: number) => boolean;
};

const dayOf = (slot: string): number => Math.round((Date.parse(slot) - DAY_ZERO) / DAY_MS);

async function liveThrough(faultsOn: (day: number) => readonly InjectedFault[]): Promise<Months> {
  const clock = manualClock(DAY_ZERO - 60_000, { auto: true });
  const sandbox = await startSandbox({ market: createMarket({ seed: 7 }), clock });
  const config = { ...makeConfig(), watches: [WATCH], rules: RULES };
  const openWith = (timeoutMs: number) =>
    openSource(
      {
        ...makeAccount(),
        baseUrl: sandbox.url,
        auth: { kind: 'bearer', token: makeSecret('sandbox') },
        timeoutMs,
        requestsPerSecond: 100_000,
      },
      clock,
      () => 0,
    );
  // Only a fault about time may run into a time limit: a slow machine is none.
  const [patient, brief] = [openWith(60_000), openWith(250)];
  const db = openDatabase(':memory:');
  const days: Day[] = [];
  try {
    for (let day = 0; day < DAYS; day++) {
      const slotAt: Instant = dayAt(day);
      if (clock.now() < slotAt) await clock.advance(slotAt - clock.now());
      const faults = faultsOn(day);
      const { fetchList } = faults.some(({ fault }) => OF_TIME.has(fault)) ? brief : patient;
      sandbox.setFaults(faults);
      const outcome = await runPass(
        { db, config, clock, fetchList, signal: new AbortController().signal },
        WATCH,
        slotAt,
        'schedule',
      );
      if (outcome.kind !== 'taken') throw new Error(`day ${day}: ${outcome.kind}`);
      days.push({ day, status: outcome.result.status, reason: outcome.result.reason });
    }
    const fired = db.raw
      .prepare('SELECT rule, product_id, slot_at, resolved_slot_at, quiet, gap_days FROM alert_log')
      .all() as Fired[];
    const observed = new Set(
      db.raw
        .prepare(
          "SELECT product_id || ' ' || slot_at FROM history WHERE snapshot_status IN ('complete', 'partial')",
        )
        .pluck()
        .all() as string[],
    );
    const blank = new Set(
      db.raw
        .prepare(
          "SELECT product_id || ' ' || slot_at FROM history WHERE posts IS NULL OR cost IS NULL OR ctr IS NULL OR impressions IS NULL",
        )
        .pluck()
        .all() as string[],
    );
    const on = (product: string, day: number) => `${product} ${isoTime(dayAt(day))}`;
    return {
      fired,
      days,
      seen: (product, day) => observed.has(on(product, day)),
      hasBlanks: (product, day) => blank.has(on(product, day)),
    };
  } finally {
    db.close();
    await Promise.all([patient.close(), brief.close()]);
    await sandbox.close();
  }
}

const range = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, index) => from + index);

/** What a fault on page 7 makes of a snapshot; `partial` unless it is named here. */
const STATUS_OF: Partial<Record<FaultName, string>> = {
  ...Object.fromEntries(
    (
      [
        'category_renamed',
        'clamp_limit',
        'cover_url',
        'extra_fields',
        'has_more_false',
        'hostile_names',
        'metrics_infinite',
        'metrics_missing',
        'metrics_nan',
        'metrics_negative',
        'metrics_null',
        'metrics_text',
        'numbers_as_strings',
        'server_error_once',
        'total_drift',
      ] as const
    ).map((name) => [name, 'complete']),
  ),
  ...Object.fromEntries(
    (
      [
        'another_region',
        'currency_changed',
        'half_list',
        'list_shrinks',
        'long_page',
        'metric_null_everywhere',
        'refresh_mid_crawl',
        'region_falls_back_to_all',
        'region_falls_back_to_us',
        'shuffled_pages',
        'tie_reorder',
        'zero_conversions',
      ] as const
    ).map((name) => [name, 'suspect']),
  ),
  empty_list: 'failed',
  frozen_list: 'stale',
  older_list: 'stale',
};

/** Each fault has a day of its own, with a day without faults after it. */
function schedule(
  names: readonly FaultName[],
  page: number,
): Map<number, { name: FaultName; injected: InjectedFault }> {
  return new Map(
    names.map((name, index) => [
      FIRST_BAD_DAY + 2 * index,
      { name, injected: { fault: name, ...(FAULTS[name].scope === 'page' ? { page } : {}) } },
    ]),
  );
}

const PER_RUN = (DAYS - FIRST_BAD_DAY) / 2;
const RUNS = Array.from({ length: Math.ceil(FAULT_NAMES.length / PER_RUN) }, (_, run) =>
  FAULT_NAMES.slice(run * PER_RUN, (run + 1) * PER_RUN),
);

describe('two bad months', async () => {
  const clean = await liveThrough(() => []);

  // Two months of passes over real HTTP: 4 s and more on an idle machine.
  test('the clean months are complete, and have alerts of every rule', () => {
    expect(clean.days.filter(({ status }) => status !== 'complete')).toEqual([]);
    expect([...new Set(clean.fired.map(({ rule }) => rule))].sort()).toEqual(
      RULES.map(({ name }) => name).sort(),
    );
  });

  describe.each([1, 7, PAGES])('faults on page %i', (page) => {
    test.each(RUNS.map((names, run) => ({ run, names })))(
      'run $run: nothing false fires, and nothing is lost that was observed',
      { timeout: 40_000 },
      async ({ names }) => {
        const plan = schedule(names, page);
        const bad = await liveThrough((day) =>
          [plan.get(day)?.injected].filter((fault) => fault !== undefined),
        );
        const badDay = (day: number) => plan.get(day)?.name ?? null;

        if (page === 7)
          expect(
            names.map((name, index) => [name, bad.days[FIRST_BAD_DAY + 2 * index]?.status]),
          ).toEqual(names.map((name) => [name, STATUS_OF[name] ?? 'partial']));
        // Every day that is not complete has a fault, and says why.
        expect(
          bad.days.filter(({ status, day }) => status !== 'complete' && badDay(day) === null),
        ).toEqual([]);
        expect(bad.days.filter(({ status, reason }) => status !== 'complete' && !reason)).toEqual(
          [],
        );

        const isSame = (a: Fired, b: Fired) => a.rule === b.rule && a.product_id === b.product_id;
        const told = (alerts: readonly Fired[]) =>
          alerts.filter(({ quiet }) => quiet !== 'adopted');
        const untilDay = ({ resolved_slot_at }: Fired) =>
          resolved_slot_at === null ? DAYS : dayOf(resolved_slot_at);

        // True is what fires on that day without faults too; what began on a day when the product was not seen, and is
        // told when it is seen again; and what a source that refreshed in the middle served of the next day.
        const isTrue = (alert: Fired) =>
          clean.fired.some((real) => {
            if (!isSame(alert, real)) return false;
            const [day, from] = [dayOf(alert.slot_at), dayOf(real.slot_at)];
            if (from > day) return from === day + 1 && badDay(day) === 'refresh_mid_crawl';
            const wasUnseen = (at: number) => !bad.seen(alert.product_id, at);
            return day < untilDay(real) || range(from, day).every(wasUnseen);
          });
        // A day that was not seen neither counts nor breaks a row of `for`.
        const isRowAcrossGap = ({ rule, product_id, slot_at }: Fired) =>
          rule === 'top100' && !bad.seen(product_id, dayOf(slot_at) - 1);
        // Measured against an older day it may fire where no single day did; such an alert says what it was measured against.
        const isAcrossGap = ({ rule, gap_days }: Fired) =>
          rule === 'long-gap-climber' && (gap_days ?? 0) > 1;
        const describeAlert = (alert: Fired) =>
          `day ${dayOf(alert.slot_at)} (${badDay(dayOf(alert.slot_at)) ?? `after ${badDay(dayOf(alert.slot_at) - 1)}`}): ${alert.rule} ${alert.product_id}`;
        expect(
          told(bad.fired)
            .filter((alert) => !isTrue(alert) && !isAcrossGap(alert) && !isRowAcrossGap(alert))
            .map(describeAlert),
        ).toEqual([]);

        // Lost may be what was not seen on its day, or what its baseline was not seen on, or what was open already.
        const isExcused = (real: Fired) => {
          const day = dayOf(real.slot_at);
          const isUndecided = (at: number) => bad.days[at]?.status !== 'complete';
          // Whose earlier visits were not seen is new, not back.
          if (
            real.rule === 'back' &&
            bad.fired.some(
              (alert) =>
                alert.rule === 'entrant' &&
                alert.product_id === real.product_id &&
                dayOf(alert.slot_at) === day,
            )
          )
            return true;
          if (bad.hasBlanks(real.product_id, day) || bad.hasBlanks(real.product_id, day - 1))
            return true;
          return (
            isUndecided(day) ||
            isUndecided(day - 1) ||
            (real.gap_days === 7 && isUndecided(day - 7)) ||
            bad.fired.some(
              (alert) =>
                isSame(alert, real) && dayOf(alert.slot_at) <= day && untilDay(alert) >= day,
            )
          );
        };
        expect(
          told(clean.fired)
            .filter(
              (real) =>
                !told(bad.fired).some(
                  (alert) => isSame(alert, real) && dayOf(alert.slot_at) === dayOf(real.slot_at),
                ) && !isExcused(real),
            )
            .map(describeAlert),
        ).toEqual([]);
      },
    );
  });
});
