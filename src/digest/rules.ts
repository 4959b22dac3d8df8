import { isoTime, type Instant } from '../lib/clock.ts';
import type { DigestRule, DigestWatch } from '../model.ts';
import type { AlertOfPeriod } from '../store/digest-alerts.ts';
import type { Period } from './period.ts';

/** More alerts of one rule are counted, not listed. */
const MAX_LISTED = 5;

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const;

const isIn = (at: Instant | null, { sinceAt, slotAt }: Period): boolean =>
  at !== null && at > sinceAt && at <= slotAt;
const isMuted = ({ quiet }: AlertOfPeriod): boolean => quiet === 'silenced' || quiet === 'cooldown';

/** What alerts did in a period. Only one that was told resolves for its readers, and only by itself: not by an edit. */
function countsOf(alerts: readonly AlertOfPeriod[], period: Period) {
  const fired = alerts.filter(({ firedAt }) => isIn(firedAt, period));
  const told = alerts.filter(({ quiet }) => quiet === null);
  return {
    fired: fired.filter(({ quiet }) => quiet === null),
    resolved: told.filter(
      ({ resolvedAt, resolvedReason }) => isIn(resolvedAt, period) && resolvedReason === 'cleared',
    ),
    muted: fired.filter(isMuted).length,
    adopted: fired.filter(({ quiet }) => quiet === 'adopted').length,
    open: told.filter(({ resolvedAt }) => resolvedAt === null).length,
  };
}

/** What each rule said in a period: those with nothing new are left out. The gravest first, then those with most to say. */
export function digestRules(alerts: readonly AlertOfPeriod[], period: Period): DigestRule[] {
  const names = [...new Set(alerts.map(({ rule }) => rule))].sort();
  return names
    .map((rule) =>
      digestRule(
        rule,
        alerts.filter((alert) => alert.rule === rule),
        period,
      ),
    )
    .filter(({ fired, resolved, muted, adopted }) => fired + resolved + muted + adopted > 0)
    .sort(
      (a, b) =>
        WEIGHT[a.severity] - WEIGHT[b.severity] || b.fired + b.resolved - a.fired - a.resolved,
    );
}

function digestRule(rule: string, alerts: readonly AlertOfPeriod[], period: Period): DigestRule {
  const { fired, resolved, ...counts } = countsOf(alerts, period);
  const events = [
    ...fired.map((alert) => ({ alert, event: 'fired' as const, at: alert.firedAt })),
    ...resolved
      .map((alert) => ({
        alert,
        event: 'resolved' as const,
        at: alert.resolvedAt ?? alert.firedAt,
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
  period: Period,
): DigestWatch['alerts'] {
  const { fired, resolved, muted } = countsOf(
    alerts.filter((alert) => alert.watch === watch),
    period,
  );
  return { fired: fired.length, resolved: resolved.length, muted };
}
