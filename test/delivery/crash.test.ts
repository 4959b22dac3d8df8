// Real processes, killed with SIGKILL, beside real receivers. Creation is exactly-once, delivery at-least-once:
// whatever is killed whenever, each message arrives, and every copy of it is the same under the same id.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/lib/clock.ts';
import { projectRoot } from '../../src/lib/project-root.ts';
import type { CrashOrder, Step } from './crash-child.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';
import { makeHook, makeMail, makeOutbox, makeSmtp, type OutboxWorld } from './outbox-world.ts';
import { alertsMessage, anAlert } from './sample-messages.ts';
import { startSmtp, type SmtpReceiver } from './smtp-receiver.ts';

/** Bundled once, with all that is plain JavaScript: a start takes 0.2 s then, and 100 are needed. Inside the project, so that the native modules are found. */
const CHILD = join(
  projectRoot(),
  'node_modules',
  '.cache',
  `tidemark-crash-child-${process.pid}.mjs`,
);
const KILLS = 100;
/** Some 150 processes: 36 s on an idle machine. */
const TIMEOUT_MS = 3 * MINUTE_MS;

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'crash-child.ts')],
    outfile: CHILD,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['better-sqlite3', '@resvg/resvg-js'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});
afterAll(() => rmSync(CHILD, { force: true }));

type Site = {
  /** The last one that fired. */ alertId: number;
  world: OutboxWorld;
  hooks: Receiver;
  mails: SmtpReceiver;
  folder: string;
  close(): Promise<void>;
};

async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-crash-'));
  const [hooks, mails] = [await startReceiver(), await startSmtp()];
  const world = makeOutbox([makeHook(hooks.url), makeMail()], {
    path: join(folder, 'tidemark.db'),
    smtp: makeSmtp(mails.url),
  });
  return {
    alertId: 0,
    world,
    hooks,
    mails,
    folder,
    close: async () => {
      world.close();
      await Promise.all([hooks.close(), mails.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** A firing for both channels, and the resolve of the round before. */
function putNews(site: Site): void {
  const { world } = site;
  const alertId = ++site.alertId;
  for (const channel of world.deps.channels) {
    world.put(channel, {
      message: alertsMessage([anAlert({ id: alertId })]),
      alerts: [{ alertId, event: 'fired' }],
    });
    if (alertId > 1)
      world.put(channel, {
        message: alertsMessage([
          anAlert({ id: alertId - 1, event: 'resolved', state: 'resolved' }),
        ]),
        alerts: [{ alertId: alertId - 1, event: 'resolved' }],
      });
  }
}

type End = { wasKilled: boolean; said: string };

/** Delivers in a process of its own, two minutes after the last one: its leases have run out. */
async function runChild(site: Site, kill: Step | { afterMs: number } | null): Promise<End> {
  await site.world.clock.advance(2 * MINUTE_MS);
  const order: CrashOrder = {
    database: site.world.db.path,
    hookUrl: site.hooks.url,
    smtpUrl: site.mails.url,
    now: site.world.clock.now(),
    dieBefore: kill !== null && 'statement' in kill ? kill : null,
  };
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    // The moment itself is what is random here.
    if (kill !== null && 'afterMs' in kill && said === 'ready\n')
      setTimeout(() => child.kill('SIGKILL'), kill.afterMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      code === 0 || signal === 'SIGKILL'
        ? resolve({ wasKilled: signal === 'SIGKILL', said })
        : reject(new Error(`the child ended with ${code}: ${said}`)),
    );
  });
}

/** Copies by id, in the order of their first arrival. */
function copiesById(site: Site): Map<string, string[]> {
  const copies = new Map<string, string[]>();
  const add = (id: string, bytes: string) => copies.set(id, [...(copies.get(id) ?? []), bytes]);
  for (const { headers, body } of site.hooks.received) add(String(headers['webhook-id']), body);
  for (const { raw } of site.mails.mails)
    add(/^Message-ID: <(.*)@example\.com>/m.exec(raw)?.[1] ?? 'no id', raw);
  return copies;
}

/** How often a message came more than once. */
async function expectNothingLost(site: Site): Promise<number> {
  for (let round = 0; round < 5; round++) await runChild(site, null);
  const rows = site.world.rows();
  const copies = copiesById(site);

  expect(rows.filter(({ state }) => state !== 'delivered')).toEqual([]);
  expect([...copies.keys()].sort()).toEqual(rows.map(({ message_id }) => message_id).sort());
  for (const [id, all] of copies) expect(new Set(all).size, `copies of ${id}`).toBe(1);
  for (const channel of ['hook', 'mail']) {
    const made = rows.filter((row) => row.channel === channel).map(({ message_id }) => message_id);
    const arrived = [...copies.keys()].filter((id) => made.includes(id));
    const positionOf = (event: string, alert: number) =>
      arrived.indexOf(
        String(
          site.world.db.raw
            .prepare(
              `
      SELECT d.message_id FROM deliveries d JOIN notification_alerts a ON a.notification_id = d.notification_id WHERE d.channel = ? AND a.event = ? AND a.alert_id = ?`,
            )
            .pluck()
            .get(channel, event, alert),
        ),
      );
    const resolves = site.world.db.raw
      .prepare("SELECT DISTINCT alert_id FROM notification_alerts WHERE event = 'resolved'")
      .pluck()
      .all() as number[];
    for (const alert of resolves)
      expect(positionOf('fired', alert), `firing of alert ${alert} on ${channel}`).toBeLessThan(
        positionOf('resolved', alert),
      );
  }
  expect(site.world.db.raw.pragma('integrity_check', { simple: true })).toBe('ok');
  return [...copies.values()].reduce((sum, all) => sum + all.length - 1, 0);
}

describe.concurrent('a process that delivers', () => {
  it(
    'and is killed before each kind of statement loses nothing',
    async () => {
      const site = await openSite();
      putNews(site);
      const whole = await runChild(site, null);
      const counts = JSON.parse(whole.said.split('\n')[1] ?? '') as [string, number][];
      // The first and the second time: for one channel while the other has not begun, and for both.
      const steps = counts.flatMap(([statement, count]) =>
        [1, 2].filter((time) => time <= count).map((time): Step => ({ statement, time })),
      );
      // Around the claim, the record that an attempt starts with the bytes it sends, the sending, its end, and each commit.
      for (const step of [
        "UPDATE deliveries SET state = 'sending'",
        'UPDATE deliveries SET attempts',
        'INSERT INTO attempts',
        'UPDATE attempts SET',
        "UPDATE deliveries SET state = 'delivered",
        'BEGIN',
        'COMMIT',
      ]) {
        expect(
          steps.some(({ statement }) => statement.startsWith(step)),
          step,
        ).toBe(true);
      }

      for (const step of steps) {
        putNews(site);
        expect((await runChild(site, step)).wasKilled, `before ${step.statement}`).toBe(true);
      }
      const repeats = await expectNothingLost(site);
      await site.close();

      expect(repeats, 'some kills came between the sending and its record').toBeGreaterThan(0);
      expect(repeats).toBeLessThanOrEqual(steps.length * 2);
    },
    TIMEOUT_MS,
  );

  it(
    `and is killed ${KILLS} times at random loses nothing`,
    async () => {
      const sites = await Promise.all([openSite(), openSite()]);
      const kill = async (site: Site): Promise<number> => {
        let kills = 0;
        while (kills < KILLS / sites.length) {
          putNews(site);
          const { wasKilled } = await runChild(site, { afterMs: Math.random() * 60 });
          if (wasKilled) kills++;
        }
        return kills;
      };
      const kills = await Promise.all(sites.map(kill));
      const repeats = await Promise.all(sites.map(expectNothingLost));
      await Promise.all(sites.map((site) => site.close()));

      expect(kills.reduce((sum, count) => sum + count)).toBe(KILLS);
      expect(repeats.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2 * KILLS);
    },
    TIMEOUT_MS,
  );
});
