import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { OracleAlert } from './oracle.ts';
import {
  DAY_KIND,
  GAMES_KIND,
  MONTH_KIND,
  plans,
  play,
  TOP_KIND,
  WEEK_KIND,
  type Kind,
} from './random-world.ts';

/** More worlds, or others, are a matter of the environment: `TIDEMARK_WORLDS=2000 TIDEMARK_SEED=7`. */
const WORLDS = Number(process.env['TIDEMARK_WORLDS'] ?? 60);
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20260101);

// A world takes a quarter of a second on an idle machine.
vi.setConfig({ testTimeout: WORLDS * 1_500 });

/** What must have happened somewhere, for the comparison to mean anything. */
const KINDS: Record<string, (alert: OracleAlert) => boolean> = {
  'told at once': (alert) => alert.toldSlotAt === alert.slotAt,
  'told late': (alert) => alert.toldSlotAt !== null && alert.toldSlotAt > alert.slotAt,
  adopted: (alert) => alert.quiet === 'adopted',
  'quiet in a cooldown': (alert) => alert.quiet === 'cooldown',
  silenced: (alert) => alert.quiet === 'silenced',
  reminded: (alert) => alert.remindedSlotAt !== null,
  'told on two channels': (alert) => alert.toldTo.size === 2,
  cleared: (alert) => alert.resolvedReason === 'cleared',
  'resolved by an absence': (alert) => alert.resolvedChange?.['status'] === 'left',
  'closed by an edit of its rule': (alert) => alert.resolvedReason === 'rule_changed',
  'closed with its rule': (alert) => alert.resolvedReason === 'rule_removed',
  'closed by an edit of its watch': (alert) => alert.resolvedReason === 'watch_changed',
  'closed with its watch': (alert) => alert.resolvedReason === 'watch_removed',
  'still firing': (alert) => alert.resolvedReason === null,
  'without a baseline': (alert) => alert.change['baseline_at'] === null,
  'fired on an absence': (alert) => alert.change['rank'] === null,
  returned: (alert) => alert.change['status'] === 'returned',
  'with a score': (alert) => alert.change['rank_z'] !== null,
  'with a streak': (alert) => Math.abs(Number(alert.change['streak'])) >= 2,
};

/** Plays so many worlds; returns what happened in too few places. */
async function playWorlds(kind: Kind): Promise<[string, number][]> {
  const tally = Object.fromEntries(Object.keys(KINDS).map((name) => [name, 0]));
  await fc.assert(
    fc.asyncProperty(plans(60, kind), async (plan) => {
      for (const alert of await play(plan, kind))
        for (const [name, is] of Object.entries(KINDS))
          if (is(alert)) tally[name] = (tally[name] ?? 0) + 1;
    }),
    { numRuns: WORLDS, seed: SEED, unbiased: true },
  );
  return Object.entries(tally).filter(([, count]) => count < 5);
}

test('every alert and message of random ugly months is the one that a brute-force reading of the design gives', async () => {
  expect(await playWorlds(TOP_KIND)).toEqual([]);
});

test('the same holds of a list with other parameters, metrics and scores', async () => {
  expect(await playWorlds(GAMES_KIND)).toEqual([]);
});

test('the same holds of a list of a day, of which there is one a day', async () => {
  expect(await playWorlds(DAY_KIND)).toEqual([]);
});

test('the same holds of a list of a week, of which there is one a week', async () => {
  expect(await playWorlds(WEEK_KIND)).toEqual([]);
});

test('the same holds of a list of a month, of which there is one a month', async () => {
  expect(await playWorlds(MONTH_KIND)).toEqual([]);
});
