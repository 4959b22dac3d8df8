// `tidemark alerts`: what fired. `tidemark alerts show ID`: one alert with all it is based on.
import { reproductionSql } from '../../alert/reproduce.ts';
import { isoTime } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import {
  countAlerts,
  findAlert,
  listAlerts,
  listTellings,
  type AlertFilter,
  type Telling,
} from '../../store/alerts/alert-log.ts';
import { alertsTable, quietText } from '../../terminal/alerts-text.ts';
import { evidenceText } from '../../terminal/evidence-text.ts';
import type { Io } from '../../terminal/io.ts';
import { readCount, readSince, readWord } from '../../terminal/options.ts';
import { alertJson } from '../../report/alerts.ts';
import { requireRule, requireWatch, type ReadDeps } from '../../report/known-names.ts';

export type AlertsArgs = {
  watch?: string | undefined;
  rule?: string | undefined;
  state?: string | undefined;
  since?: string | undefined;
  /** Only those that nobody was told of; with `all`, both. */
  quiet?: boolean | undefined;
  all?: boolean | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

const DEFAULT_LIMIT = 50;

/** Lists alerts, the newest first: those that were told, unless asked otherwise. As JSON an array of all of them. */
export function runAlerts(io: Io, args: AlertsArgs, deps: ReadDeps): number {
  const {
    db,
    config: { timezone },
  } = deps;
  const { watch, rule, all = false, quiet = false } = args;
  if (all && quiet)
    throw new AppError(
      'usage',
      '--quiet shows only quiet alerts, --all shows both: give one of them',
    );
  if (watch !== undefined) requireWatch(deps, watch);
  if (rule !== undefined) requireRule(deps, rule);
  const limit = readCount('--limit', args.limit);
  const scope: AlertFilter = {
    watch,
    rule,
    state: readWord('--state', args.state, ['firing', 'resolved']),
    since: readSince(args.since, io.clock.now(), timezone),
  };
  const filter: AlertFilter = { ...scope, told: all ? undefined : quiet ? 'quiet' : 'told' };
  if (args.json) {
    io.stdout(`${JSON.stringify(listAlerts(db, filter, limit).map(alertJson), null, 2)}\n`);
    return 0;
  }
  const total = countAlerts(db, filter).reduce((sum, { count }) => sum + count, 0);
  const alerts = listAlerts(db, filter, limit ?? DEFAULT_LIMIT);
  if (alerts.length > 0)
    io.stdout(
      `${total > alerts.length ? `The newest ${alerts.length} of ${total} alerts` : `${total} ${total === 1 ? 'alert' : 'alerts'}`}. Slots in ${timezone}; ranks as it fired.\n\n${alertsTable(alerts, { watch: watch !== undefined, quiet: filter.told === 'told' }, timezone, io)}`,
    );
  else io.stderr(`${noneText(deps, filter)}\n`);
  if (filter.told === 'told') reportQuiet(io, deps, scope);
  if (alerts[0] !== undefined)
    io.stderr(`What one is based on: tidemark alerts show ${alerts[0].id}\n`);
  return 0;
}

function noneText({ db, config }: ReadDeps, { told, ...scope }: AlertFilter): string {
  if (Object.values(scope).some((value) => value !== undefined)) return 'No alert matches.';
  if (config.rules.length === 0 && countAlerts(db, {}).length === 0)
    return 'No alert yet: the config has no rules.';
  return told === 'quiet' ? 'No alert is quiet.' : 'No alert has fired yet.';
}

function reportQuiet(io: Io, { db }: ReadDeps, scope: AlertFilter): void {
  const counts = countAlerts(db, { ...scope, told: 'quiet' });
  if (counts.length > 0)
    io.stderr(
      `Not listed: ${quietText(counts)}, of which nobody was told. --all lists them too.\n`,
    );
}

/** Prints one alert with all it is based on; as JSON with its evidence, that of its end, who was told, and the SQL that reproduces it. */
export function runAlertsShow(
  io: Io,
  args: { id: number; json?: boolean | undefined },
  { db, config: { timezone } }: ReadDeps,
): number {
  const alert = findAlert(db, args.id);
  if (alert === undefined)
    throw new AppError('not_found', `there is no alert ${args.id}`, {
      hint: 'tidemark alerts --all lists them',
    });
  const tellings = listTellings(db, alert.id);
  const sql = reproductionSql(db, alert);
  if (args.json)
    io.stdout(
      `${JSON.stringify({ ...alertJson(alert), evidence: alert.evidence, resolved_evidence: alert.resolvedEvidence, told: tellings.map(tellingJson), sql }, null, 2)}\n`,
    );
  else io.stdout(evidenceText(alert, tellings, sql, timezone, io));
  return 0;
}

const tellingJson = ({
  deliveryId,
  event,
  channel,
  recipient,
  state,
  reason,
  createdAt,
  deliveredAt,
}: Telling) => ({
  delivery_id: deliveryId,
  event,
  channel,
  recipient: recipient === '' ? null : recipient,
  state,
  reason,
  created_at: isoTime(createdAt),
  delivered_at: deliveredAt === null ? null : isoTime(deliveredAt),
});
