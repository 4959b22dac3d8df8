// One rule on one snapshot: its answer for each product that concerns it, and what comes of that.
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import type { Rule } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import { nextSlot } from '../schedule/slots.ts';
import { answersFor, productsWhere, STILL_AWAY, type Place } from '../store/reading/change-rows.ts';
import type { Db } from '../store/file/open.ts';
import { findToldSlot, type ProductState } from '../store/alerts/rule-states.ts';
import { mutedProducts } from '../store/alerts/silences.ts';
import { isFixedWhileAway } from './evaluate-columns.ts';
import { recordStep, type AlertEvent } from './evaluate-record.ts';
import type { Pass, Run } from './evaluate-run.ts';
import { adopt, IDLE, isSettledWhileTrue, step, type Truth } from './step.ts';

/**
 * Is a rule evaluated on this snapshot? It begins on a series at a complete one: a partial one does
 * not show the whole list.
 */
export const begins = ({ snapshot }: Pass, { watermark }: Run): boolean =>
  watermark !== null || snapshot.status === 'complete';

/** What a rule says of a product: where it is, if `when` is true, and both answers. */
type Answer = { productId: number; place: Place | undefined; truths: Truths };
type Truths = { when: Truth; clear: Truth };

/** `clear` is not asked where `when` is true. */
const TRUE: Truths = { when: true, clear: null };

/**
 * Asks a rule about each product that concerns it, and writes nothing. Its change rows must be
 * filled.
 * @throws SqliteError when its expression fails on a row
 */
export function askRule(pass: Pass, run: Run): Answer[] {
  const { db } = pass;
  const { rule } = run.active;
  // A product that stays away is evaluated by the rules that track it, and by no other.
  const hits = new Map(
    productsWhere(db, rule).filter(
      ([productId, place]) => place !== STILL_AWAY || run.tracked.has(productId),
    ),
  );
  const concerned = [...new Set([...hits.keys(), ...run.tracked.keys()])].sort((a, b) => a - b);
  return concerned.map((productId) => {
    const place = hits.get(productId);
    const isKnown = place !== undefined || isAdopted(run);
    return { productId, place, truths: isKnown ? TRUE : truths(db, rule, productId) };
  });
}

/** What is true when a rule first meets a series is adopted, and nothing is tracked then. */
const isAdopted = ({ watermark, active }: Run): boolean =>
  watermark === null && active.rule.onFirst === 'adopt';

/** Writes down what came of a rule's answers, and returns what happened. */
export function recordAnswers(pass: Pass, run: Run, answers: readonly Answer[]): AlertEvent[] {
  const { db, snapshot } = pass;
  const { id, rule } = run.active;
  if (isAdopted(run))
    return answers.flatMap(({ productId }) =>
      recordStep(pass, run, idleState(productId, null), adopt(), false),
    );
  const isAfterGap =
    run.watermark !== null &&
    snapshot.slotAt - run.watermark > (rule.maxGapMs ?? MAX_GAP_INTERVALS * snapshot.intervalMs);
  const isNewSlot = run.watermark === null || bringsSlot(pass, run.watermark);
  const staysTrue = isFixedWhileAway(rule) && rule.repeatMs === null;
  const isMuted = mutedProducts(db, pass.silences, { rule: rule.name, watch: pass.watch.name });
  return answers.flatMap(({ productId, place, truths: known }): AlertEvent[] => {
    const before =
      run.tracked.get(productId) ??
      idleState(productId, findToldSlot(db, id, snapshot.seriesId, productId));
    const isSilenced = isMuted(productId);
    const after = step(rule, before.machine, {
      slotAt: snapshot.slotAt,
      ...known,
      isSilenced,
      isNewSlot,
      isAfterGap,
    });
    const isSettled = staysTrue && place === STILL_AWAY && isSettledWhileTrue(after.next);
    return recordStep(pass, run, before, after, isSettled);
  });
}

/**
 * Is this snapshot for a later slot of the schedule than the one evaluated before? Of several
 * snapshots for one slot all but the first were taken by hand.
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
  settledAt: null,
});

/**
 * For a product proven absent an unknown `when` becomes false, and an unknown `clear` true. For one
 * that may be on the list, both stay unknown.
 */
function truths(db: Db, rule: Rule, productId: number): Truths {
  const answers = answersFor(db, rule, productId);
  if (answers === undefined) return { when: null, clear: null };
  const known = (value: number | null): Truth => (value === null ? null : value === 1);
  const when = known(answers.when) ?? (answers.isAbsent ? false : null);
  if (rule.clear === null) return { when, clear: when === null ? null : !when };
  return { when, clear: known(answers.clear) ?? (answers.isAbsent ? true : null) };
}
