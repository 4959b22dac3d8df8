// `tidemark alerts`: what fired. `tidemark alerts show ID`: one alert with all it is based on.
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import {
  alertJson,
  alertReportJson,
  countAll,
  readAlert,
  requireNames,
} from '../../report/alerts.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import { countAlerts, listAlerts, type AlertFilter } from '../../store/alerts/alert-log.ts';
import { SEVERITIES } from '../../store/schema/alerts.ts';
import { alertsTable, quietText } from '../../terminal/alerts-text.ts';
import { evidenceText } from '../../terminal/evidence-text.ts';
import type { Io } from '../../terminal/io.ts';
import { readLimit, readSince, readWord } from '../../terminal/options.ts';
import { wrapText } from '../../words/fit-text.ts';

export type AlertsArgs = {
  watch?: string | undefined;
  rule?: string | undefined;
  state?: string | undefined;
  severity?: string | undefined;
  since?: string | undefined;
  /** Only those that nobody was told of; with `all`, both. */
  quiet?: boolean | undefined;
  all?: boolean | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

const DEFAULT_LIMIT = 50;

/**
 * Lists alerts, the newest first: those that were told, unless asked otherwise. As JSON an array of
 * all of them.
 */
export function runAlerts(io: Io, args: AlertsArgs, deps: ReadDeps): number {
  const { db, config } = deps;
  const told = readTold(args);
  const { watch, rule } = args;
  requireNames(deps, { watch, rule });
  const limit = readLimit(args.limit);
  const scope: AlertFilter = {
    watch,
    rule,
    state: readWord('--state', args.state, ['firing', 'resolved']),
    severity: readWord('--severity', args.severity, SEVERITIES),
    since: readSince(args.since, io.clock.now(), config.timezone),
  };
  const filter: AlertFilter = { ...scope, told };
  if (args.json) {
    io.stdout(`${JSON.stringify(listAlerts(db, filter, limit).map(alertJson), null, 2)}\n`);
    return 0;
  }
  const alerts = listAlerts(db, filter, limit ?? DEFAULT_LIMIT);
  const [first] = alerts;
  if (first === undefined) io.stderr(`${noneText(deps, filter)}\n`);
  else {
    const hidden = { watch: watch !== undefined, quiet: told === 'told' };
    io.stdout(
      `${wrapText(`${countText(alerts.length, countAll(db, filter))}. Slots in ${config.timezone}; ranks as it fired.`, io.columns, '  ')}\n\n`,
    );
    io.stdout(alertsTable(alerts, hidden, config.timezone, io));
  }
  if (told === 'told') reportQuiet(io, deps, scope);
  if (first !== undefined) io.stderr(`What one is based on: tidemark alerts show ${first.id}\n`);
  return 0;
}

function readTold({ all = false, quiet = false }: AlertsArgs): AlertFilter['told'] {
  if (all && quiet)
    throw new AppError(
      'usage',
      '--quiet shows only quiet alerts, --all shows both: give one of them',
    );
  if (all) return undefined;
  return quiet ? 'quiet' : 'told';
}

const countText = (shown: number, total: number): string =>
  total > shown ? `The newest ${shown} of ${total} alerts` : plural(total, 'alert');

function noneText({ db, config }: ReadDeps, { told, ...scope }: AlertFilter): string {
  if (Object.values(scope).some((value) => value !== undefined)) return 'No alert matches.';
  if (config.rules.length === 0 && countAll(db, {}) === 0)
    return 'No alert yet: the config has no rules.';
  return told === 'quiet' ? 'No alert is quiet.' : 'No alert has fired yet.';
}

function reportQuiet(io: Io, { db }: ReadDeps, scope: AlertFilter): void {
  const counts = countAlerts(db, { ...scope, told: 'quiet' });
  if (counts.length === 0) return;
  const text = `Not listed: ${quietText(counts)}, of which nobody was told. --all lists them too.`;
  io.stderr(`${io.isTerminal ? wrapText(text, io.columns) : text}\n`);
}

/**
 * Prints one alert with all it is based on; as JSON with its evidence, that of its end, who was
 * told, and the SQL that reproduces it; with `sql` that alone.
 */
export function runAlertsShow(
  io: Io,
  args: { id: number; json?: boolean | undefined; sql?: boolean | undefined },
  { db, config }: ReadDeps,
): number {
  const report = readAlert(db, args.id);
  if (args.sql) {
    io.stdout(`${report.sql}\n`);
    return 0;
  }
  io.stdout(
    args.json
      ? `${JSON.stringify(alertReportJson(report), null, 2)}\n`
      : evidenceText(report, config.timezone, io),
  );
  return 0;
}
