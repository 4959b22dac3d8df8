// What fired; and one alert with all it is based on.
import { alertFact } from '../alert/alert-fact.ts';
import { reproductionSql } from '../store/alerts/reproduce.ts';
import type { ListQuery } from '../config/config.ts';
import { isoTime, isoTimeOrNull } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import {
  countAlerts,
  findAlert,
  listTellings,
  type AlertFilter,
  type LoggedAlert,
  type Telling,
} from '../store/alerts/alert-log.ts';
import type { AlertHead } from '../store/alerts/alerts.ts';
import type { Db } from '../store/file/open.ts';
import { getQuery } from '../store/series/series.ts';
import { requireRule, requireWatch, type ReadDeps } from './known-names.ts';

/**
 * One alert, who was told of it, and the SQL that comes to the same decision from stored snapshots.
 */
export type AlertReport = {
  alert: LoggedAlert;
  /** What the watch asked for then, and of which list. */
  query: ListQuery;
  tellings: readonly Telling[];
  sql: string;
};

/** @throws AppError `not_found` when a filter names a watch or a rule that nobody knows. */
export function requireNames(deps: ReadDeps, { watch, rule }: AlertFilter): void {
  if (watch !== undefined) requireWatch(deps, watch);
  if (rule !== undefined) requireRule(deps, rule);
}

/** How many alerts a filter finds. */
export const countAll = (db: Db, filter: AlertFilter): number =>
  countAlerts(db, filter).reduce((sum, { count }) => sum + count, 0);

/** @throws AppError `not_found` */
export function readAlert(db: Db, id: number): AlertReport {
  const alert = findAlert(db, id);
  if (alert === undefined)
    throw new AppError('not_found', `there is no alert ${id}`, {
      hint: 'tidemark alerts --all lists them',
    });
  return {
    alert,
    query: getQuery(db, alert.seriesId),
    tellings: listTellings(db, id),
    sql: reproductionSql(db, alert),
  };
}

/**
 * An alert as `alerts --json` and `rules backtest --json` print it: the shape of webhooks, with the
 * watch, and why nobody was told (null when somebody was).
 */
export function alertJson(alert: AlertHead & Pick<LoggedAlert, 'watch' | 'quiet' | 'evidence'>) {
  const { watch, quiet, evidence, resolvedAt } = alert;
  const rule = { ...evidence, name: evidence.rule };
  const event = resolvedAt === null ? 'fired' : 'resolved';
  return { ...alertFact(alert, rule, evidence.change, event), watch, quiet };
}

/**
 * The shape of `alerts show --json`: also its evidence, that of its end, who was told, and the SQL.
 */
export const alertReportJson = ({ alert, tellings, sql }: AlertReport) => ({
  ...alertJson(alert),
  evidence: alert.evidence,
  resolved_evidence: alert.resolvedEvidence,
  told: tellings.map(tellingJson),
  sql,
});

const tellingJson = (telling: Telling) => ({
  delivery_id: telling.deliveryId,
  event: telling.event,
  channel: telling.channel,
  recipient: telling.recipient === '' ? null : telling.recipient,
  state: telling.state,
  reason: telling.reason,
  created_at: isoTime(telling.createdAt),
  delivered_at: isoTimeOrNull(telling.deliveredAt),
});
