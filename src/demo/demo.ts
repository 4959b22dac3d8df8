// `tidemark demo`: a complete tour with no account and no config. Everything is real (HTTP, SMTP,
// webhooks, the pipeline, the database) but the market, which is simulated, and the time, which is
// made to fly.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCategories } from '../commands/reading/categories.ts';
import { mainSource, type Config } from '../config/config.ts';
import { deliverDue } from '../delivery/dispatch.ts';
import { closeSenders, openSenders } from '../delivery/senders.ts';
import { runDueDigests } from '../digest/run-due.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { readAppConfig } from '../open-app.ts';
import { runPass } from '../pipeline.ts';
import { createMarket } from '../sandbox/market.ts';
import { createGoodsMarket } from '../sandbox/goods/rankings.ts';
import { startSandbox } from '../sandbox/server.ts';
import { slotsBetween } from '../schedule/slots.ts';
import { openSource } from '../source/open-source.ts';
import { openDatabase, type Db } from '../store/file/open.ts';
import { neverWait } from '../store/file/waiting.ts';
import { calledFromAnywhere } from '../terminal/program-name.ts';
import type { Io } from '../terminal/io.ts';
import { openProgress } from '../terminal/progress.ts';
import { demoConfig } from './demo-config.ts';
import { openDemoFolder, type DemoFolder } from './demo-folder.ts';
import { saveMails } from './save-mails.ts';
import { showTour } from './show-tour.ts';
import { simulatedClock, type SimulatedClock } from './simulated-clock.ts';
import { openHookSink, openMailSink } from './sinks.ts';

export type DemoArgs = { dir: string; days: number; seed: number; json?: boolean };

/** Ten years of two lists take some minutes. */
const MOST_DAYS = 3_650;
/** The last simulated day: yesterday, in UTC, so that questions about today find data. */
const lastDayAt = (now: Instant): Instant => (Math.floor(now / DAY_MS) - 1) * DAY_MS;

/**
 * Takes `days` daily snapshots of two watches under a simulated clock, delivers what the rules
 * find, and shows what came of it. Leaves the database, the config, the mails and the webhooks in
 * `dir`, whose former demo it replaces.
 */
export async function runDemo(io: Io, args: DemoArgs): Promise<number> {
  if (!(args.days >= 2 && args.days <= MOST_DAYS))
    throw new AppError('usage', `a demo has 2 to ${MOST_DAYS} days`);
  const folder = resolve(io.cwd, args.dir);
  const place = openDemoFolder(folder);
  try {
    if (place.kept !== null)
      io.stderr(`The config in ${args.dir} was edited, and is kept as ${place.kept}.\n`);
    return await runTour(io, args, folder, place);
  } finally {
    place.close();
  }
}

async function runTour(
  io: Io,
  { days, seed, json = false }: DemoArgs,
  folder: string,
  place: DemoFolder,
): Promise<number> {
  const startAt = lastDayAt(io.clock.now()) - (days - 1) * DAY_MS;
  const clock = simulatedClock(startAt);
  const servers = await Promise.all([
    startSandbox({ market: createMarket({ seed }), goods: createGoodsMarket({ seed }), clock }),
    openMailSink(),
    openHookSink(),
  ]);
  try {
    const [sandbox, mailSink, hookSink] = servers;
    const startedMs = io.clock.monotonicMs();
    const configPath = join(folder, 'tidemark.yaml');
    place.writeConfig(
      demoConfig({
        source: sandbox.url,
        smtpPort: mailSink.port,
        webhook: hookSink.url,
        secret: `whsec_${randomBytes(24).toString('base64')}`,
      }),
    );
    // Warnings are for configs that people write, so none are shown here.
    const config = readAppConfig(io, configPath, 'needed', null);
    io.stderr(
      `Tidemark demo: ${days} days of a simulated market, ${config.watches.length} watches, real HTTP, SMTP and webhooks on this machine.\n`,
    );
    // The tree, so that categories have their names.
    const quiet = { ...io, clock, stdout: () => {}, stderr: () => {} };
    await runCategories(quiet, { config: configPath });
    const db = openDatabase(config.database);
    // What a power cut takes is made again by the next demo.
    neverWait(db.raw);
    try {
      await liveThrough(io, { db, config, clock }, startAt, days);
      const mails = await saveMails(mailSink.mails, join(folder, 'mails'));
      writeFileSync(
        join(folder, 'webhooks.json'),
        `${JSON.stringify(
          hookSink.calls.map(({ headers, body }) => ({
            headers,
            body: JSON.parse(body) as unknown,
          })),
          null,
          2,
        )}\n`,
      );
      showTour(
        io,
        { db, config, clock },
        {
          folder,
          mails,
          hooks: hookSink.calls,
          requests: sandbox.requests().length,
          tookMs: Math.round(io.clock.monotonicMs() - startedMs),
        },
        json,
      );
    } finally {
      db.close();
    }
  } finally {
    for (const server of servers) await server.close();
  }
  return 0;
}

type Life = { db: Db; config: Config; clock: SimulatedClock };

/** Day after day: the passes at their slots, and then what they led to is delivered. */
async function liveThrough(
  io: Io,
  { db, config, clock }: Life,
  startAt: Instant,
  days: number,
): Promise<void> {
  const source = openSource(mainSource(config), clock, () => 0.5);
  const signal = new AbortController().signal;
  const progress = openProgress(io, days, 'days');
  // As in a daemon, connections outlive the day; a mail server takes its time over each new one.
  const senders = openSenders();
  try {
    for (let midnight = startAt; midnight < startAt + days * DAY_MS; midnight += DAY_MS) {
      const slots = config.watches.flatMap((watch) =>
        slotsBetween(watch.schedule, watch.timezone, midnight - 1, midnight + DAY_MS - 1).map(
          (slotAt) => ({ watch, slotAt }),
        ),
      );
      for (const { watch, slotAt } of slots.sort((a, b) => a.slotAt - b.slotAt)) {
        clock.set(slotAt);
        await runPass(
          { db, config, clock, signal, fetchList: source.fetchList },
          watch,
          slotAt,
          'schedule',
        );
      }
      clock.set(midnight + MORNING_MS);
      runDueDigests({ db, config, clock, log: QUIET });
      await deliverDue({
        db,
        channels: config.channels,
        smtp: config.smtp,
        timezone: config.timezone,
        locale: config.locale,
        called: calledFromAnywhere(io, config.path, true),
        clock,
        log: QUIET,
        random: () => 0.5,
        senders,
      });
      progress.advance();
    }
  } finally {
    progress.stop();
    await closeSenders(senders);
    await source.close();
  }
}

/** When the day's messages go out. */
const MORNING_MS = 9 * HOUR_MS;

const QUIET: Log = { info: () => {}, warn: () => {}, error: () => {} };
