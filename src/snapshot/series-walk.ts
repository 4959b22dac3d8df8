// Walks a whole series in slot order, with every product's past in memory. Pure functions. Where
// standings of many snapshots are made anew, each observation is read once this way; for a single
// new snapshot the pasts of its products are looked up instead (store/snapshots/earlier-values.ts).
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import type { Instant } from '../lib/clock.ts';
import { nextStreak, sortedRobustZ, Z_WINDOW } from './robust-z.ts';
import { openWindow, slide, type SlidingWindow } from './sliding-window.ts';
import { scaledScore, type Seen, type Standing } from './standing.ts';

const NONE: readonly number[] = [];

export type Step = {
  slotAt: Instant;
  intervalMs: number;
  isComplete: boolean;
  /** `streak`: as stored; it is used where the series was thinned. */
  rows: readonly { productId: number; seen: Seen; streak?: number | null }[];
};

/** What thinning took from a series: some of the lists before `untilAt`, the end of a week. */
export type Thinned = {
  untilAt: Instant;
  /** Slot of a product's first list, also of those that are gone; null when it was on none. */
  firstSeenAt(productId: number): Instant | null;
  /** On how many lists before `untilAt` it was, and its best rank there where that is known. */
  before(productId: number): { slotsOnList: number; rankBest: number | null };
};

/** `isThinned`: its scores look back on lists of which some are gone. */
export type WalkedStanding = Standing & { isThinned: boolean };

/** A product's record in the series so far. */
export type SeriesRecord = {
  firstSeenAt: Instant;
  lastSeenAt: Instant;
  rankBest: number;
  slotsOnList: number;
};

type Memory = SeriesRecord & {
  /** The values in the last 28 complete snapshots, in the order of `Seen`. */
  windows: SlidingWindow[];
  /** The slots of these, where the series was thinned. */
  slots: Instant[];
  /** Whether what thinning took is counted in. */
  isWhole: boolean;
  /** The last complete snapshot that it was in, by its number in the walk; 0: none. */
  completeNo: number;
  /** Its rank and its streak there. */
  rank: number;
  streak: number | null;
};

/**
 * Only complete and partial snapshots are steps, each later than the one before. `thinned` null:
 * the series is whole. Of each week the last complete list stays, so that those after the thinned
 * weeks still have their baseline.
 */
export function walkSeries(thinned: Thinned | null = null): {
  step(step: Step): WalkedStanding[];
  pass(step: Step): void;
  records(): ReadonlyMap<number, SeriesRecord>;
} {
  const memories = new Map<number, Memory>();
  /** The last complete snapshot: its slot, and how many there were up to it. */
  let last: { slotAt: Instant; completeNo: number } | null = null;

  /** The number of the baseline of a step; null when it has none. */
  const baselineOf = ({ slotAt, intervalMs }: Step): number | null =>
    last !== null && slotAt - last.slotAt <= MAX_GAP_INTERVALS * intervalMs
      ? last.completeNo
      : null;
  const inBaseline = (memory: Memory | undefined, baseline: number | null) => {
    if (baseline === null) return null;
    return memory?.completeNo === baseline ? memory : 'absent';
  };

  /**
   * What a product had before a step; undefined when nothing. Of lists that are gone only their
   * number is known, so that counting begins with it behind them.
   */
  const pastOf = (
    { slotAt }: Step,
    productId: number,
    memory: Memory | undefined,
  ): Pick<Memory, 'slotsOnList' | 'rankBest'> | undefined => {
    if (thinned === null || memory?.isWhole === true || slotAt < thinned.untilAt) return memory;
    const { slotsOnList, rankBest } = thinned.before(productId);
    return {
      slotsOnList,
      rankBest: Math.min(memory?.rankBest ?? Infinity, rankBest ?? Infinity),
    };
  };

  const remember = (step: Step, streaks: readonly (number | null)[]) => {
    const completeNo: number = (last?.completeNo ?? 0) + 1;
    for (let index = 0; index < step.rows.length; index++) {
      const { productId, seen } = step.rows[index] as Step['rows'][number];
      const [rank] = seen;
      let memory = memories.get(productId);
      if (memory === undefined)
        memories.set(productId, (memory = newMemory(step.slotAt, rank, seen.length)));
      if (thinned !== null && !memory.isWhole && step.slotAt >= thinned.untilAt)
        Object.assign(memory, pastOf(step, productId, memory), { isWhole: true });
      memory.lastSeenAt = step.slotAt;
      memory.rankBest = Math.min(memory.rankBest, rank);
      memory.slotsOnList += 1;
      if (!step.isComplete) continue;
      memory.completeNo = completeNo;
      memory.rank = rank;
      memory.streak = streaks[index] ?? null;
      for (let figure = 0; figure < seen.length; figure++)
        slide(memory.windows[figure] as SlidingWindow, seen[figure] ?? null);
      if (thinned === null) continue;
      memory.slots.push(step.slotAt);
      if (memory.slots.length > Z_WINDOW) memory.slots.shift();
    }
    if (step.isComplete) last = { slotAt: step.slotAt, completeNo };
  };

  const streakOf = (
    { slotAt }: Step,
    { seen: [rank], streak }: Step['rows'][number],
    before: ReturnType<typeof inBaseline>,
  ): number | null =>
    (thinned !== null && slotAt < thinned.untilAt ? streak : null) ?? nextStreak(rank, before);

  const isThinned = (productId: number): boolean => {
    if (thinned === null) return false;
    const { slots = [] } = memories.get(productId) ?? {};
    const oldest = slots.length < Z_WINDOW ? thinned.firstSeenAt(productId) : (slots[0] ?? null);
    return oldest !== null && oldest < thinned.untilAt;
  };

  return {
    /** The standings of a step's rows, in their order. */
    step: (step) => {
      const baseline = baselineOf(step);
      const standings = step.rows.map((row): WalkedStanding => {
        const memory = memories.get(row.productId);
        const [rank] = row.seen;
        const past = pastOf(step, row.productId, memory);
        return {
          rankBest: Math.min(rank, past?.rankBest ?? rank),
          slotsOnList: (past?.slotsOnList ?? 0) + 1,
          streak: streakOf(step, row, inBaseline(memory, baseline)),
          scores: scoresOf(row.seen, memory),
          isThinned: isThinned(row.productId),
        };
      });
      remember(
        step,
        standings.map(({ streak }) => streak),
      );
      return standings;
    },
    /**
     * Goes on without working out standings that nobody asks for: z-scores are most of the work.
     */
    pass: (step) => {
      const baseline = baselineOf(step);
      remember(
        step,
        step.rows.map((row) =>
          streakOf(step, row, inBaseline(memories.get(row.productId), baseline)),
        ),
      );
    },
    records: () => memories,
  };
}

const newMemory = (slotAt: Instant, rank: number, figures: number): Memory => ({
  firstSeenAt: slotAt,
  lastSeenAt: slotAt,
  rankBest: rank,
  slotsOnList: 0,
  windows: Array.from({ length: figures }, openWindow),
  slots: [],
  isWhole: false,
  completeNo: 0,
  rank: 0,
  streak: null,
});

function scoresOf(seen: Seen, memory: Memory | undefined): (number | null)[] {
  const scores: (number | null)[] = [];
  for (let figure = 0; figure < seen.length; figure++) {
    const sorted = memory?.windows[figure]?.sorted ?? NONE;
    scores.push(scaledScore(sortedRobustZ(seen[figure] ?? null, sorted)));
  }
  return scores;
}
