// Writes down what a step of the state machine led to: states, alerts and their evidence.
import { isoTime } from '../lib/clock.ts';
import type { ChangeValues } from '../model.ts';
import {
  getAlertHead,
  insertAlert,
  recordQuiet,
  recordReminded,
  recordResolved,
  recordTold,
  type AlertHead,
} from '../store/alerts/alerts.ts';
import type { Said, SnapshotFact } from '../store/alerts/evidence.ts';
import { forgetState, saveState, type ProductState } from '../store/alerts/rule-states.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import { changeOf } from '../store/reading/change-rows.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import type { Pass, Run } from './evaluate-run.ts';
import { isForgettable, isSameState, type Decision, type step } from './step.ts';

/** Something that happened to an alert and may have to be told. */
export type AlertEvent = {
  rule: ActiveRule;
  alert: AlertHead;
  decision: Decision;
  /** The product's change row in this snapshot. */ change: ChangeValues;
};

/**
 * Writes down what a step led to, if to anything; returns what may have to be told. `isSettled`:
 * while the product stays away, the next steps will lead to nothing.
 */
export function recordStep(
  pass: Pass,
  run: Run,
  before: ProductState,
  { next, decision }: ReturnType<typeof step>,
  isSettled: boolean,
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
  const settledAt = isSettled ? snapshot.slotAt : null;
  if (isForgettable(next)) {
    if (!isForgettable(before.machine))
      forgetState(db, active.id, snapshot.seriesId, before.productId);
  } else if (!isSameState(next, before.machine) || settledAt !== before.settledAt) {
    saveState(db, active.id, snapshot.seriesId, {
      productId: before.productId,
      alertId: next.state === 'open' ? alertId : null,
      machine: next,
      settledAt,
    });
  }
  return event === null ? [] : [event];
}

function recordDecision(
  pass: Pass,
  run: Run,
  { productId, alertId }: ProductState,
  decision: Decision,
): AlertEvent {
  const { db, snapshot, now } = pass;
  const { active, baseline, rows } = run;
  const change = changeOf(db, rows, productId);
  const evidence = (): string => evidenceOf(pass, run, change);
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

const saidBy = ({ rule, revision }: ActiveRule): Said => ({
  rule: rule.name,
  rule_revision: revision,
  description: rule.description,
  when: rule.when,
  clear: rule.clear,
  compare: rule.compare.kind === 'ago' ? rule.compare.text : 'previous',
  max_gap_ms: rule.maxGapMs,
  for: rule.for,
  clear_for: rule.clearFor,
});

/** Of each rule on a snapshot, as in a storm one rule fires for many products. */
const writers = new WeakMap<Run, (change: ChangeValues) => string>();

function evidenceOf({ evidence }: Pass, run: Run, change: ChangeValues): string {
  const write = writers.get(run) ?? evidence.of(saidBy(run.active), run.baseline);
  writers.set(run, write);
  return write(change);
}

/** The facts of a snapshot that evidence keeps. */
export const factOf = ({ id, slotAt, dataDate, takenAt, status }: SnapshotRow): SnapshotFact => ({
  id,
  slot_at: isoTime(slotAt),
  ...(dataDate === null ? {} : { data_date: dataDate }),
  taken_at: takenAt === null ? null : isoTime(takenAt),
  status,
});
