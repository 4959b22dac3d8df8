import { isoTime, type Instant } from '../lib/clock.ts';
import type { DigestRule, DigestWatch } from '../message/digest.ts';
import type { AlertOfPeriod, Decided } from '../store/digests/digest-alerts.ts';

/** More alerts of one rule than this are counted, not listed. */
const MAX_LISTED = 5;

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const;

/**
 * The end of a period, and when the digest of it was written. Null for a digest that was not
 * written, and for the one that is being written.
 */
export type Edge = { slotAt: Instant; writtenAt: Instant | null };

/** The period between two edges. */
export type Span = { since: Edge; until: Edge };

/**
 * Could a digest that ended there tell of it? It could if its slot is no later and it was decided
 * before the digest was written.
 */
const isKnown = ({ slotAt, writtenAt }: Edge, { slotAt: slot, at }: Decided): boolean =>
  slot <= slotAt && (writtenAt === null || at <= writtenAt);

/**
 * So everything belongs to exactly one of several digests in a row: to that of its slot, also when
 * the digest is due at that very instant; or to the next one, when it was decided after the digest
 * of its slot was written.
 */
const isIn = (decided: Decided | null, { since, until }: Span): decided is Decided =>
  decided !== null && isKnown(until, decided) && !isKnown(since, decided);

/**
 * What alerts did in a period, as known at its end. An alert that is told only later counts as
 * muted in this period, and as fired in the digest of when it is told. Only an alert that was told
 * can resolve for the readers, and only by itself, not by an edit of the rule.
 */
function countsOf(alerts: readonly AlertOfPeriod[], span: Span) {
  const isTold = ({ told }: AlertOfPeriod) => told !== null && isKnown(span.until, told);
  const told = alerts.filter(isTold);
  const untold = alerts.filter((alert) => !isTold(alert) && isIn(alert.fired, span));
  const at = ({ told: moment, fired }: AlertOfPeriod) => (moment ?? fired).at;
  return {
    fired: told
      .filter((alert) => isIn(alert.told, span))
      .sort((a, b) => at(b) - at(a) || b.id - a.id),
    resolved: told.filter(({ resolved }) => isIn(resolved, span) && resolved?.reason === 'cleared'),
    muted: untold.filter(({ quiet }) => quiet !== 'adopted').length,
    adopted: untold.filter(({ quiet }) => quiet === 'adopted').length,
    open: told.filter(({ resolved }) => resolved === null || !isKnown(span.until, resolved)).length,
  };
}

/**
 * What each rule said in a period. Rules with nothing new are left out. The gravest come first,
 * then those with the most to say.
 */
export function digestRules(alerts: readonly AlertOfPeriod[], span: Span): DigestRule[] {
  const names = [...new Set(alerts.map(({ rule }) => rule))].sort();
  return names
    .map((rule) =>
      digestRule(
        rule,
        alerts.filter((alert) => alert.rule === rule),
        span,
      ),
    )
    .filter(({ fired, resolved, muted, adopted }) => fired + resolved + muted + adopted > 0)
    .sort(
      (a, b) =>
        WEIGHT[a.severity] - WEIGHT[b.severity] || b.fired + b.resolved - a.fired - a.resolved,
    );
}

function digestRule(rule: string, alerts: readonly AlertOfPeriod[], span: Span): DigestRule {
  const { fired, resolved, ...counts } = countsOf(alerts, span);
  const events = [
    ...fired.map((alert) => ({
      alert,
      event: 'fired' as const,
      at: (alert.told ?? alert.fired).at,
    })),
    ...resolved
      .map((alert) => ({
        alert,
        event: 'resolved' as const,
        at: (alert.resolved ?? alert.fired).at,
      }))
      .sort((a, b) => b.at - a.at),
  ];
  return {
    rule,
    severity: alerts.reduce(
      (gravest, { severity }) => (WEIGHT[severity] < WEIGHT[gravest] ? severity : gravest),
      'info' as DigestRule['severity'],
    ),
    fired: fired.length,
    resolved: resolved.length,
    ...counts,
    alerts: events.slice(0, MAX_LISTED).map(({ alert, event, at }) => ({
      id: alert.id,
      watch: alert.watch,
      product: {
        id: alert.productId,
        name: alert.product,
        category_l1: alert.categoryL1,
        category_l2: alert.categoryL2,
      },
      event,
      at: isoTime(at),
      rank: alert.rank,
      rank_before: alert.rankBefore,
    })),
  };
}

/** The alerts of one watch, counted. */
export function watchAlerts(
  alerts: readonly AlertOfPeriod[],
  watch: string,
  span: Span,
): DigestWatch['alerts'] {
  const { fired, resolved, muted } = countsOf(
    alerts.filter((alert) => alert.watch === watch),
    span,
  );
  return { fired: fired.length, resolved: resolved.length, muted };
}
