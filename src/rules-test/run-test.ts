// Runs one test through the real engine, in a database of its own in memory.
import { isEvaluatedStatus } from '../change/baseline.ts';
import type { AlertEvent } from '../alert/evaluate-record.ts';
import { evaluate } from '../alert/evaluate.ts';
import type { Config } from '../config/config.ts';
import { DAY_MS, type Instant } from '../lib/clock.ts';
import { dataDateAt } from '../list/dated.ts';
import { AppError } from '../lib/errors.ts';
import { syncConfig } from '../store/series/apply-config.ts';
import { intervalMs, nextSlot } from '../schedule/slots.ts';
import type { RankedProduct } from '../snapshot/build.ts';
import { getAlert } from '../store/alerts/alerts.ts';
import { answersFor, fillChangeRows, fillStillAway } from '../store/reading/change-rows.ts';
import { findBaseline } from '../store/snapshots/baseline.ts';
import { openDatabase, type Db } from '../store/file/open.ts';
import { findProductId } from '../store/reading/names.ts';
import { insertMissed } from '../store/series/slots.ts';
import { getSnapshot, insertSnapshot } from '../store/snapshots/snapshots.ts';
import type { Expected, RuleTest } from './read-test.ts';
import { byProduct, type TestSlot } from './timeline.ts';

export type Happened = Record<keyof Expected, Record<string, number[]>>;

/**
 * What came of a test, and how `when` answered for each product, slot by slot: true, false,
 * unknown, or undefined where no rule was evaluated.
 */
export type TestRun = {
  happened: Happened;
  answers: Record<string, (boolean | null | undefined)[]>;
};

/**
 * The first slot of every test is the first one of the schedule from this Monday on. So with a
 * schedule of weekdays five slots come in a row.
 */
const START = Date.UTC(2026, 0, 5) - 1;

/** A list must not be empty: this product stands for the rest of it. */
const REST = 'the rest of the list';

/** Runs a test through the real passes, in a database in memory. */
export function runTest(config: Config, { rule, watch, timeline }: RuleTest): TestRun {
  const db = openDatabase(':memory:');
  try {
    const happened: Happened = {
      fired: byProduct(),
      resolved: byProduct(),
      quiet: byProduct(),
      reminded: byProduct(),
    };
    const answers: TestRun['answers'] = byProduct();
    for (const id of Object.keys(timeline.ranks)) answers[id] = [];
    const only: Config = { ...config, watches: [watch], rules: [rule] };
    let slotAt = START;
    timeline.slots.forEach((slot, index) => {
      slotAt = nextSlot(watch.schedule, watch.timezone, slotAt) ?? slotAt + DAY_MS;
      const { snapshotId, events } = db.transaction(() => take(db, only, slot, slotAt));
      for (const event of events) note(db, happened, event, index + 1);
      for (const [id, known] of Object.entries(answers))
        known.push(snapshotId === null ? undefined : answerFor(db, only, snapshotId, id));
    });
    return { happened, answers };
  } finally {
    db.close();
  }
}

/**
 * One slot: the snapshot is stored as the test says it was, and the rule evaluated on it.
 * `snapshotId` is null where it was not.
 */
function take(
  db: Db,
  config: Config,
  { status, rows }: TestSlot,
  slotAt: Instant,
): { snapshotId: number | null; events: AlertEvent[] } {
  const { watches, rules } = syncConfig(db, config, slotAt);
  const [watch] = config.watches;
  const row = watch && watches.get(watch.name);
  if (watch === undefined || row === undefined) throw new Error('a test has one watch');
  const { watchId, seriesId } = row;
  const interval = intervalMs(watch.schedule, watch.timezone, slotAt);
  if (status === 'missed') {
    insertMissed(db, [{ watchId, seriesId, slotAt, intervalMs: interval }], 'a gap');
    return { snapshotId: null, events: [] };
  }
  const id = insertSnapshot(db, {
    watchId,
    seriesId,
    slotAt,
    dataDate: dataDateAt(watch, slotAt),
    takenAt: slotAt,
    status,
    reason: status === 'complete' ? null : 'as the test says',
    moved: false,
    origin: 'schedule',
    rows: status === 'failed' ? [] : [...rows, restOf(rows)],
    setAside: 0,
    total: null,
    pages: 1,
    intervalMs: interval,
    contentHash: null,
  });
  const { events, setAside } = evaluate(db, getSnapshot(db, id), watch, rules, slotAt);
  const [failed] = setAside;
  if (failed !== undefined)
    throw new AppError(
      'usage',
      `the rule ${failed.rule.rule.name} cannot be evaluated on the products of a test: ${failed.reason}`,
      { hint: 'tidemark check tries every part of its expressions' },
    );
  return { snapshotId: isEvaluatedStatus(status) ? id : null, events };
}

function restOf(rows: readonly RankedProduct[]): RankedProduct {
  const [any] = rows;
  const metrics = any?.metrics ?? {};
  return {
    product: { upstreamId: REST, name: REST, categoryL1: null, categoryL2: null },
    rank: Math.max(0, ...rows.map(({ rank }) => rank)) + 1,
    metrics,
  };
}

/** `resolved` counts for episodes that were told, as their firings do. */
function note(
  db: Db,
  happened: Happened,
  { alert, decision, change }: AlertEvent,
  slot: number,
): void {
  const product = String(change['product_id']);
  if (product === REST) return;
  const add = (what: keyof Happened) => (happened[what][product] ??= []).push(slot);
  switch (decision.kind) {
    case 'fired':
    case 'told':
      return void add('fired');
    case 'quiet':
      return void add('quiet');
    case 'reminded':
      return void add('reminded');
    case 'resolved':
      if (getAlert(db, alert.id)?.quiet === null) add('resolved');
  }
}

function answerFor(
  db: Db,
  { rules: [rule], watches: [watch] }: Config,
  snapshotId: number,
  product: string,
): boolean | null | undefined {
  if (rule === undefined || watch === undefined) return null;
  const id = findProductId(db, watch.list, product);
  if (id === undefined) return null;
  const baselineId = findBaseline(db, snapshotId, rule.compare, rule.maxGapMs);
  fillStillAway(db, fillChangeRows(db, watch.list, snapshotId, baselineId), [id]);
  const answers = answersFor(db, { when: rule.when, clear: null }, id);
  if (answers === undefined) return null;
  if (answers.when === null) return answers.isAbsent ? false : null;
  return answers.when === 1;
}
