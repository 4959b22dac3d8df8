import { relative } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { writerOf } from '../words/writer.ts';
import { runAlerts, runAlertsShow } from '../commands/reading/alerts.ts';
import { runMovers } from '../commands/reading/movers.ts';
import { runTop } from '../commands/reading/top.ts';
import type { WebhookChannel } from '../config/channels/webhook.ts';
import type { Config } from '../config/config.ts';
import { formatDuration } from '../lib/duration.ts';
import { plural } from '../lib/text.ts';
import type { Db } from '../store/file/open.ts';
import { findLeader, readTotals } from '../store/reading/totals.ts';
import type { Io } from '../terminal/io.ts';
import { asCalled } from '../words/as-called.ts';
import { paint } from '../terminal/tone.ts';
import type { SavedMail } from './save-mails.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { HookCall } from './sinks.ts';

export type Caught = {
  folder: string;
  mails: readonly SavedMail[];
  hooks: readonly HookCall[];
  requests: number;
  tookMs: number;
};

const ALERTS_SHOWN = 6;
const MAILS_SHOWN = 8;

/**
 * Shows what the demo did, with the output of the commands that a user has for it. With `json`,
 * only the figures.
 */
export function showTour(
  io: Io,
  deps: { db: Db; config: Config; clock: SimulatedClock },
  caught: Caught,
  json: boolean,
): void {
  const figures = figuresOf(deps.db, caught);
  if (json) {
    io.stdout(`${JSON.stringify(figures, null, 2)}\n`);
    return;
  }
  // Hints that the commands print on stderr are left out: the tour has its own at its end.
  const config = relative(io.cwd, `${caught.folder}/tidemark.yaml`);
  const called = { program: io.called?.program ?? 'npx tidemark', config };
  const simulated: Io = { ...io, clock: deps.clock, called, stderr: () => {} };
  const { number } = writerOf({ timezone: 'UTC' });
  const heading = (text: string) =>
    io.stdout(`\n${paint(asCalled(called, text), 'strong', io.color)}\n`);
  io.stdout(
    `\n${figures.snapshots} snapshots of ${deps.config.watches.length} watches with ${number(figures.observations)} observations, by ${number(figures.requests)} requests, in ${formatDuration(caught.tookMs)}.\n`,
  );
  io.stdout(
    `${plural(figures.alerts, 'alert')} fired; ${plural(figures.mails, 'mail')} and ${plural(figures.webhooks, 'webhook')} were sent.\n`,
  );

  heading('The leaderboard:  tidemark top us-daily');
  runTop(simulated, { watch: 'us-daily', limit: 10 }, deps);
  heading('Products and what they sold:  tidemark top us-products');
  runTop(simulated, { watch: 'us-products', limit: 6 }, deps);
  heading('What moved:  tidemark movers us-daily');
  runMovers(simulated, { watch: 'us-daily', limit: 4 }, deps);
  heading('What fired:  tidemark alerts');
  runAlerts(simulated, { limit: ALERTS_SHOWN }, deps);
  if (figures.last_alert !== null) {
    heading(`What the last one is based on:  tidemark alerts show ${figures.last_alert}`);
    runAlertsShow(simulated, { id: figures.last_alert }, deps);
  }
  heading('The last mails');
  for (const { subject, date, file } of caught.mails.slice(-MAILS_SHOWN))
    io.stdout(`  ${file}  ${date.slice(0, 16).padEnd(16)}  ${subject}\n`);
  const hook = caught.hooks.at(-1);
  if (hook !== undefined) {
    heading('The last webhook');
    io.stdout(webhookText(hook, deps.config));
  }
  heading('Where it all is');
  const here = (name: string) => relative(io.cwd, `${caught.folder}/${name}`) || '.';
  const places = [
    ['tidemark.db', 'the database: open it with the sqlite3 shell'],
    ['mails', 'each mail as .eml and .html'],
    ['webhooks.json', 'each webhook with its headers'],
  ] as const;
  const width = Math.max(...places.map(([name]) => here(name).length));
  for (const [name, what] of places) io.stdout(`  ${here(name).padEnd(width)}   ${what}\n`);
  heading('Try next');
  io.stdout(`  ${called.program} serve --open --config ${config}\n`);
  io.stdout(`  ${called.program} movers gb-week --compare 7d --config ${config}\n`);
  io.stdout(`  ${called.program} product us-daily ${figures.leader} --config ${config}\n`);
  io.stdout(
    `  tidemark sql "SELECT product, rank, posts_pct FROM leaderboard WHERE watch = 'us-daily' ORDER BY posts_pct DESC LIMIT 5" --config ${config}\n`.replace(
      'tidemark',
      called.program,
    ),
  );
}

function figuresOf(db: Db, caught: Caught) {
  const { snapshots, observations, alerts, lastAlert } = readTotals(db);
  return {
    snapshots,
    observations,
    requests: caught.requests,
    alerts,
    mails: caught.mails.length,
    webhooks: caught.hooks.length,
    /** Upstream id of the product at the top of the leaderboard. */
    leader: findLeader(db, 'us-daily'),
    /** The latest alert that was told. */
    last_alert: lastAlert,
    folder: caught.folder,
    took_ms: caught.tookMs,
  };
}

/**
 * Its headers, whether the signature is good by the reference library, and the beginning of its
 * body.
 */
function webhookText({ headers, body }: HookCall, config: Config): string {
  const shown = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
    .map((name) => `  ${name}: ${headers[name] ?? ''}\n`)
    .join('');
  const [secret] =
    config.channels.find((channel): channel is WebhookChannel => channel.kind === 'webhook')
      ?.secrets ?? [];
  const lines = JSON.stringify(JSON.parse(body), null, 2).split('\n');
  const beginning = lines
    .slice(0, 14)
    .map((line) => `  ${line}\n`)
    .join('');
  const isSigned = secret !== undefined && isGood(secret.reveal(), body, headers);
  const more = lines.length > 14 ? `  … ${lines.length - 14} more lines in webhooks.json\n` : '';
  return `${shown}  (the signature ${isSigned ? 'is good' : 'is NOT good'})\n${beginning}${more}`;
}

function isGood(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    // The reference library also checks the age of the timestamp, which means nothing in
    // simulated time: so the body is signed anew, and compared.
    const sentAt = new Date(Number(headers['webhook-timestamp']) * 1000);
    return (
      new Webhook(secret).sign(headers['webhook-id'] ?? '', sentAt, body) ===
      headers['webhook-signature']
    );
  } catch {
    return false;
  }
}
