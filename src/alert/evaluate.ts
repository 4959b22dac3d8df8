// Stage 4 of 5: which alerts fire and resolve on a snapshot. Runs inside the transaction of the
// pass. What it decides depends on the rules, the stored state and the stored snapshots alone: the
// machine is in step.ts.
import { MAX_GAP_INTERVALS, isEvaluatedStatus } from '../change/baseline.ts';
import type { Rule, Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import type { ChangeValues } from '../model.ts';
import { nextSlot } from '../schedule/slots.ts';
import {
  getAlertHead,
  insertAlert,
  recordQuiet,
  recordReminded,
  recordResolved,
  recordTold,
  type AlertHead,
  type Evidence,
  type SnapshotFact,
} from '../store/alerts/alerts.ts';
import {
  answersFor,
  changeOf,
  fillChangeRows,
  productsWhere,
} from '../store/reading/change-rows.ts';
import { findBaseline } from '../store/snapshots/baseline.ts';
import type { Db } from '../store/file/open.ts';
import {
  findToldSlot,
  findWatermark,
  forgetState,
  listTracked,
  moveWatermark,
  saveState,
  type ProductState,
} from '../store/alerts/rule-states.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import { tryRule } from '../store/alerts/try-rule.ts';
import { listActiveSilences, mutedProducts, type Silence } from '../store/alerts/silences.ts';
import { getSnapshot, type SnapshotRow } from '../store/snapshots/snapshots.ts';
import { wordsOf } from '../change/tokens.ts';
import {
  adopt,
  IDLE,
  isForgettable,
  isSameState,
  step,
  type Decision,
  type Truth,
} from './step.ts';

/** Something that happened to an alert and may have to be told. */
export type AlertEvent = {
  rule: ActiveRule;
  alert: AlertHead;
  decision: Decision;
  /** The product's change row in this snapshot. */ change: ChangeValues;
};

/** What came of a pass: what happened, which rules were evaluated, and which failed and why. */
export type Evaluation = {
  events: AlertEvent[];
  evaluated: ActiveRule[];
  setAside: { rule: ActiveRule; reason: string }[];
};

type Pass = {
  db: Db;
  snapshot: SnapshotRow;
  watch: Pick<Watch, 'name' | 'schedule' | 'timezone'>;
  silences: readonly Silence[];
  now: Instant;
  /** By what asks for them: most rules ask for the same. */ baselines: Map<
    string,
    SnapshotFact | null
  >;
};
type Run = {
  active: ActiveRule;
  baseline: SnapshotFact | null;
  /** Products with a pending or open alert. */ tracked: Map<number, ProductState>;
  watermark: Instant | null;
};

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
    now,
    baselines: new Map(),
  };
  const runs = rules
    .map((active) => openRun(pass, active))
    .filter((run) => run.watermark === null || run.watermark < snapshot.slotAt);
  const outcomes = new Map<Run, AlertEvent[] | { reason: string }>();
  for (const group of groupByBaseline(runs)) {
    fillChangeRows(
      db,
      snapshot.id,
      group[0]?.baseline?.id ?? null,
      trackedBy(group),
      namedBy(group),
    );
    for (const run of group)
      outcomes.set(
        run,
        tryRule(pass.db, () => evaluateRule(pass, run)),
      );
  }
  const evaluation: Evaluation = { events: [], evaluated: [], setAside: [] };
  for (const run of runs) {
    const outcome = outcomes.get(run) ?? [];
    if ('reason' in outcome) evaluation.setAside.push({ rule: run.active, ...outcome });
    else {
      evaluation.evaluated.push(run.active);
      evaluation.events.push(...outcome);
    }
  }
  return evaluation;
}

function openRun(pass: Pass, active: ActiveRule): Run {
  const { db, snapshot } = pass;
  return {
    active,
    baseline: baselineOf(pass, active.rule),
    tracked: new Map(
      listTracked(db, active.id, snapshot.seriesId).map((state) => [state.productId, state]),
    ),
    watermark: findWatermark(db, active.id, snapshot.seriesId),
  };
}

function baselineOf(
  { db, snapshot, baselines }: Pass,
  { compare, maxGapMs }: Rule,
): SnapshotFact | null {
  const key = `${compare.kind === 'ago' ? compare.ms : 'previous'} ${maxGapMs}`;
  const known = baselines.get(key);
  if (known !== undefined) return known;
  const id = findBaseline(db, snapshot.id, compare, maxGapMs);
  const baseline = id === null ? null : factOf(getSnapshot(db, id));
  baselines.set(key, baseline);
  return baseline;
}

/** Rules that share a baseline share the change rows. */
function groupByBaseline(runs: readonly Run[]): Run[][] {
  const groups = new Map<number | null, Run[]>();
  for (const run of runs) {
    const id = run.baseline?.id ?? null;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [run]);
    else group.push(run);
  }
  return [...groups.values()];
}

const trackedBy = (runs: readonly Run[]): number[] => [
  ...new Set(runs.flatMap((run) => [...run.tracked.keys()])),
];

/** The words of rules, worked out once a config: the columns that it asks for are among them. */
const NAMED = new WeakMap<Rule, readonly string[]>();

/** What rules ask for: columns, among other words. */
function namedBy(runs: readonly Run[]): Set<string> {
  return new Set(
    runs.flatMap(({ active: { rule } }) => {
      const known = NAMED.get(rule) ?? wordsOf(`${rule.when} ${rule.clear ?? ''}`);
      NAMED.set(rule, known);
      return known;
    }),
  );
}

function evaluateRule(pass: Pass, run: Run): AlertEvent[] {
  const { db, snapshot } = pass;
  const { id, rule } = run.active;
  const isFirst = run.watermark === null;
  // A rule meets a series at a complete snapshot: a partial one does not show the present state.
  if (isFirst && snapshot.status !== 'complete') return [];
  const isAfterGap =
    run.watermark !== null &&
    snapshot.slotAt - run.watermark > (rule.maxGapMs ?? MAX_GAP_INTERVALS * snapshot.intervalMs);
  const isNewSlot = isFirst || bringsSlot(pass, run.watermark ?? -Infinity);
  // A product that stays away is evaluated by the rules that track it, and by no other.
  const hits = new Set(
    productsWhere(db, rule.when)
      .filter((hit) => !hit.isTracked || run.tracked.has(hit.productId))
      .map((hit) => hit.productId),
  );
  const concerned = [...new Set([...hits, ...run.tracked.keys()])].sort((a, b) => a - b);
  const isMuted = mutedProducts(db, pass.silences, { rule: rule.name, watch: pass.watch.name });
  const events = concerned.flatMap((productId): AlertEvent[] => {
    if (isFirst && rule.onFirst === 'adopt')
      return apply(pass, run, idleState(productId, null), adopt());
    const before =
      run.tracked.get(productId) ??
      idleState(productId, findToldSlot(db, id, snapshot.seriesId, productId));
    // Where `when` is true, `clear` does not matter.
    const answers = hits.has(productId) ? { when: true, clear: null } : truths(db, rule, productId);
    const isSilenced = isMuted(productId);
    return apply(
      pass,
      run,
      before,
      step(rule, before.machine, {
        slotAt: snapshot.slotAt,
        ...answers,
        isSilenced,
        isNewSlot,
        isAfterGap,
      }),
    );
  });
  moveWatermark(db, id, snapshot.seriesId, snapshot.slotAt);
  return events;
}

/**
 * Has a slot of the schedule come since an instant? Only a snapshot by hand may be one of several
 * for a slot.
 */
function bringsSlot({ snapshot, watch }: Pass, since: Instant): boolean {
  if (snapshot.origin !== 'manual') return true;
  const next = nextSlot(watch.schedule, watch.timezone, since);
  return next !== null && next <= snapshot.slotAt;
}

const idleState = (productId: number, toldSlotAt: Instant | null): ProductState => ({
  productId,
  alertId: null,
  machine: { ...IDLE, toldSlotAt },
});

/**
 * A product proven absent turns an unknown `when` into false and an unknown `clear` into true; one
 * of which nothing is known is unknown.
 */
function truths(db: Db, rule: Rule, productId: number): { when: Truth; clear: Truth } {
  const answers = answersFor(db, rule.when, rule.clear, productId);
  if (answers === undefined) return { when: null, clear: null };
  const known = (value: number | null): Truth => (value === null ? null : value === 1);
  const when = known(answers.when) ?? (answers.isAbsent ? false : null);
  if (rule.clear === null) return { when, clear: when === null ? null : !when };
  return { when, clear: known(answers.clear) ?? (answers.isAbsent ? true : null) };
}

/** Writes down what a step led to. */
function apply(
  pass: Pass,
  run: Run,
  before: ProductState,
  { next, decision }: ReturnType<typeof step>,
): AlertEvent[] {
  const { db, snapshot } = pass;
  const { active } = run;
  const event = decision === null ? null : recordDecision(pass, run, before, decision);
  const alertId = event?.alert.id ?? before.alertId;
  if (
    decision === null &&
    next.quiet !== null &&
    next.quiet !== before.machine.quiet &&
    alertId !== null
  )
    recordQuiet(db, alertId, next.quiet);
  if (isForgettable(next)) {
    if (!isForgettable(before.machine))
      forgetState(db, active.id, snapshot.seriesId, before.productId);
  } else if (!isSameState(next, before.machine)) {
    saveState(db, active.id, snapshot.seriesId, {
      productId: before.productId,
      alertId: next.state === 'open' ? alertId : null,
      machine: next,
    });
  }
  return event === null ? [] : [event];
}

function recordDecision(
  { db, snapshot, now }: Pass,
  { active, baseline }: Run,
  { productId, alertId }: ProductState,
  decision: Decision,
): AlertEvent {
  const change = changeOf(db, snapshot.id, baseline?.id ?? null, productId);
  const evidence = (): Evidence => evidenceOf(active, factOf(snapshot), baseline, change);
  if (decision.kind === 'fired' || decision.kind === 'quiet') {
    const alert = insertAlert(db, {
      ruleId: active.id,
      ruleRevision: active.revision,
      severity: active.rule.severity,
      watchId: snapshot.watchId,
      seriesId: snapshot.seriesId,
      productId,
      snapshotId: snapshot.id,
      baselineId: baseline?.id ?? null,
      slotAt: snapshot.slotAt,
      firedAt: now,
      quiet: decision.kind === 'quiet' ? decision.reason : null,
      evidence: evidence(),
    });
    return { rule: active, alert, decision, change };
  }
  if (alertId === null)
    throw new Error(`rule ${active.rule.name} has an open state without an alert`);
  if (decision.kind === 'told') recordTold(db, alertId, snapshot.slotAt);
  else if (decision.kind === 'reminded') recordReminded(db, alertId, snapshot.slotAt);
  else
    recordResolved(db, alertId, {
      slotAt: snapshot.slotAt,
      at: now,
      snapshotId: snapshot.id,
      evidence: evidence(),
    });
  return { rule: active, alert: getAlertHead(db, alertId), decision, change };
}

const evidenceOf = (
  { rule, revision }: ActiveRule,
  snapshot: SnapshotFact,
  baseline: SnapshotFact | null,
  change: ChangeValues,
): Evidence => ({
  rule: rule.name,
  rule_revision: revision,
  description: rule.description,
  when: rule.when,
  clear: rule.clear,
  compare: rule.compare.kind === 'ago' ? rule.compare.text : 'previous',
  max_gap_ms: rule.maxGapMs,
  for: rule.for,
  clear_for: rule.clearFor,
  snapshot,
  baseline,
  change,
});

const factOf = ({ id, slotAt, takenAt, status }: SnapshotRow): SnapshotFact => ({
  id,
  slot_at: isoTime(slotAt),
  taken_at: takenAt === null ? null : isoTime(takenAt),
  status,
});
