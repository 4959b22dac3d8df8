import { alertFact } from '../alert/announce.ts';
import type { LoggedAlert } from '../store/alerts/alert-log.ts';
import type { AlertHead } from '../store/alerts/alerts.ts';

/** An alert as `alerts --json` and `rules backtest --json` print it: the shape of webhooks, with the watch, and why nobody was told (null when somebody was). */
export function alertJson(alert: AlertHead & Pick<LoggedAlert, 'watch' | 'quiet' | 'evidence'>) {
  const { watch, quiet, evidence, resolvedAt } = alert;
  return {
    ...alertFact(
      alert,
      { ...evidence, name: evidence.rule },
      evidence.change,
      resolvedAt === null ? 'fired' : 'resolved',
    ),
    watch,
    quiet,
  };
}
