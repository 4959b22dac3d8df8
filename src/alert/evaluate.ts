// Stage 4 of 5: which alerts fire and resolve on a snapshot. It runs inside the transaction of
// the pass, and decides from the rules, the stored state and the stored snapshots alone. The
// state machine is in step.ts.
import { isEvaluatedStatus } from '../change/baseline.ts';
import type { Rule, Watch } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import { evidenceWriter, type SnapshotFact } from '../store/alerts/evidence.ts';
import { fillChangeRows, fillStillAway } from '../store/reading/change-rows.ts';
import { getQuery } from '../store/series/series.ts';
import { findBaseline } from '../store/snapshots/baseline.ts';
import type { Db } from '../store/file/open.ts';
import { findWatermarks, listTracked, moveWatermarks } from '../store/alerts/rule-states.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import { tryRule } from '../store/alerts/try-rule.ts';
import { listActiveSilences } from '../store/alerts/silences.ts';
import { getSnapshot, type SnapshotRow } from '../store/snapshots/snapshots.ts';
import { namedBy } from './evaluate-columns.ts';
import { factOf, type AlertEvent } from './evaluate-record.ts';
import { askRule, begins, recordAnswers } from './evaluate-rule.ts';
import type { Pass, Run } from './evaluate-run.ts';

/** What came of a pass: what happened, which rules were evaluated, and which failed and why. */
export type Evaluation = {
  events: AlertEvent[];
  evaluated: ActiveRule[];
  setAside: { rule: ActiveRule; reason: string }[];
};

/** A rule before its products are known. */
type Opened = { active: ActiveRule; baseline: SnapshotFact | null; watermark: Instant | null };

/**
 * Evaluates the rules on a stored snapshot, moves their states and watermarks, and returns what
 * happened, in the order of rules and products. A snapshot that is neither complete nor partial,
 * was imported, or is not later than the last one evaluated in its series, changes nothing. A rule
 * whose expression fails is set aside.
 */
export function evaluate(
  db: Db,
  snapshot: SnapshotRow,
  watch: Pick<Watch, 'name' | 'schedule' | 'timezone'>,
  rules: readonly ActiveRule[],
  now: Instant,
): Evaluation {
  if (!isEvaluatedStatus(snapshot.status) || snapshot.origin === 'import')
    return { events: [], evaluated: [], setAside: [] };
  const pass: Pass = {
    db,
    snapshot,
    watch,
    silences: listActiveSilences(db, now),
    evidence: evidenceWriter(db, factOf(snapshot)),
    now,
  };
  const baselineOf = baselineFinder(db, snapshot);
  const watermarks = findWatermarks(
    db,
    rules.map(({ id }) => id),
    snapshot.seriesId,
  );
  const opened = rules
    .map((active): Opened => {
      const watermark = watermarks.get(active.id) ?? null;
      return { active, baseline: baselineOf(active.rule), watermark };
    })
    .filter(({ watermark }) => watermark === null || watermark < snapshot.slotAt);
  const outcomes = new Map<ActiveRule, Outcome>();
  for (const group of groupByBaseline(opened))
    for (const [active, outcome] of evaluateRuns(pass, openRuns(pass, group)))
      outcomes.set(active, outcome);
  const evaluation: Evaluation = { events: [], evaluated: [], setAside: [] };
  for (const { active } of opened) {
    const outcome = outcomes.get(active) ?? [];
    if ('reason' in outcome) evaluation.setAside.push({ rule: active, ...outcome });
    else {
      evaluation.evaluated.push(active);
      evaluation.events.push(...outcome);
    }
  }
  return evaluation;
}

type Outcome = AlertEvent[] | { reason: string };

/**
 * Evaluates rules whose change rows are filled. Everything is asked BEFORE anything is written, so
 * that a rule that fails has nothing to be undone.
 */
function evaluateRuns(pass: Pass, runs: readonly Run[]): [ActiveRule, Outcome][] {
  const asked = runs
    .filter((run) => begins(pass, run))
    .map((run) => ({ run, answers: tryRule(() => askRule(pass, run)) }));
  const sound = asked.flatMap(({ run, answers }) => ('reason' in answers ? [] : [run.active.id]));
  const outcomes = asked.map(({ run, answers }): [ActiveRule, Outcome] => [
    run.active,
    'reason' in answers ? answers : recordAnswers(pass, run, answers),
  ]);
  const { seriesId, slotAt } = pass.snapshot;
  moveWatermarks(pass.db, sound, seriesId, slotAt);
  return outcomes;
}

/** Most rules ask for the same baseline, so each is looked for once. */
function baselineFinder(db: Db, snapshot: SnapshotRow): (rule: Rule) => SnapshotFact | null {
  const baselines = new Map<string, SnapshotFact | null>();
  return ({ compare, maxGapMs }) => {
    const key = `${compare.kind === 'ago' ? compare.ms : 'previous'} ${maxGapMs}`;
    const known = baselines.get(key);
    if (known !== undefined) return known;
    const id = findBaseline(db, snapshot.id, compare, maxGapMs);
    const baseline = id === null ? null : factOf(getSnapshot(db, id));
    baselines.set(key, baseline);
    return baseline;
  };
}

/** Rules that share a baseline share the change rows. */
function groupByBaseline(opened: readonly Opened[]): Opened[][] {
  const groups = new Map<number | null, Opened[]>();
  for (const one of opened) {
    const id = one.baseline?.id ?? null;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** Fills the change rows of one baseline, and says which products each rule has to look at. */
function openRuns({ db, snapshot }: Pass, group: readonly Opened[]): Run[] {
  const { list } = getQuery(db, snapshot.seriesId);
  const named = namedBy(group.map(({ active }) => active.rule));
  const rows = fillChangeRows(db, list, snapshot.id, group[0]?.baseline?.id ?? null, named);
  const tracked = listTracked(db, {
    // A reminder becomes due although nothing else changes.
    rules: group.map(({ active: { id, rule } }) => ({ id, settledToo: rule.repeatMs !== null })),
    seriesId: snapshot.seriesId,
    slotAt: snapshot.slotAt,
  });
  const runs = group.map((opened): Run => ({
    ...opened,
    rows,
    tracked: new Map(
      (tracked.get(opened.active.id) ?? []).map((state) => [state.productId, state]),
    ),
  }));
  fillStillAway(db, rows, [...new Set(runs.flatMap(({ tracked }) => [...tracked.keys()]))]);
  return runs;
}
