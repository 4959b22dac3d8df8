import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runDigest, type DigestArgs } from '../../src/commands/delivering/digest.ts';
import { runDueDigests } from '../../src/digest/run-due.ts';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import { openFile } from '../../src/terminal/open-file.ts';
import type { DigestMessage } from '../../src/message/digest.ts';
import { startReceiver } from '../delivery/http-receiver.ts';
import { dayAt, makeHook, type World } from '../support/world.ts';
import { manualClock } from '../support/manual-clock.ts';
import { memoryIo } from '../support/memory-io.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { makeDigest } from '../digest/market-world.ts';
import { LAST_DAY, makeSmallWorld, takeSmallDays } from '../digest/small-week.ts';

const NOW = dayAt(LAST_DAY) + 3 * HOUR_MS;
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let world: World;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-digest-'));
  world = makeSmallWorld({
    digests: [
      makeDigest({ schedule: '0 8 * * *' }),
      makeDigest({ name: 'sundays', schedule: '0 8 * * 0', notify: [] }),
    ],
  });
  await takeSmallDays(world);
});
afterEach(() => {
  world.close();
  rmSync(folder, { recursive: true });
});

async function run(args: Partial<DigestArgs>, at = NOW, env: NodeJS.ProcessEnv = {}) {
  const io = memoryIo({ clock: manualClock(at, { auto: true }), env, cwd: folder });
  const code = await runDigest(
    io,
    { name: 'weekly', ...args },
    { db: world.db, config: world.config },
  );
  return { code, out: io.out, err: io.err };
}

describe('a preview', () => {
  test('prints the text part of a period that ends now, and stores nothing', async () => {
    const { code, out, err } = await run({});
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Subject: weekly: .*\n\nweekly, 14 – 15 Jan 2026, 09:00 to 09:00\n/);
    expect(out).toContain('  tidemark digest weekly --full\n');
    for (const stored of [
      'digests',
      'digest_schedules',
      "notifications WHERE type = 'digest.ready'",
    ])
      expect(world.db.raw.prepare(`SELECT count(*) FROM ${stored}`).pluck().get()).toBe(0);
  });

  test('is short, unless all of it is asked for', async () => {
    const [short, full] = [await run({}), await run({ full: true })];
    expect(short.out).toContain('\nTop 5\n');
    expect(full.out).toContain('\nTop 10\n');
    expect(full.out).not.toContain('--full');
    expect(full.out.length).toBeGreaterThan(short.out.length);
  });

  test('as JSON is the message, with every fact', async () => {
    const { out } = await run({ json: true });
    expect(JSON.parse(out)).toMatchObject({
      type: 'digest.ready',
      timestamp: '2026-01-15T09:00:00.000Z',
      data: {
        digest: 'weekly',
        slot_at: '2026-01-15T09:00:00.000Z',
        since_at: '2026-01-14T09:00:00.000Z',
        origin: 'manual',
      },
    });
  });

  test.each([
    {
      name: 'a date',
      period: '2026-01-12',
      slot: '2026-01-12T08:00:00.000Z',
      since: '2026-01-11T08:00:00.000Z',
    },
    {
      name: 'an instant',
      period: '2026-01-12T08:00:00Z',
      slot: '2026-01-12T08:00:00.000Z',
      since: '2026-01-11T08:00:00.000Z',
    },
    {
      name: 'an instant just before',
      period: '2026-01-12T07:59:59Z',
      slot: '2026-01-11T08:00:00.000Z',
      since: '2026-01-10T08:00:00.000Z',
    },
  ])('of the period of $name is the digest that was due then', async ({ period, slot, since }) => {
    const { out } = await run({ period, json: true });
    expect((JSON.parse(out) as DigestMessage).data).toMatchObject({
      slot_at: slot,
      since_at: since,
      origin: 'schedule',
    });
  });

  test('of today is the last digest that was due', async () => {
    const { out } = await run({ period: '2026-01-15', json: true });
    expect((JSON.parse(out) as DigestMessage).data.slot_at).toBe('2026-01-15T08:00:00.000Z');
    const early = await run({ period: '2026-01-15', json: true }, NOW - 2 * HOUR_MS);
    expect((JSON.parse(early.out) as DigestMessage).data.slot_at).toBe('2026-01-14T08:00:00.000Z');
    await expect(run({ period: '2026-01-16' })).rejects.toThrow('not due yet');
  });

  test('of a digest that was written under another schedule is that digest, by the command in its footer', async () => {
    const { config } = world;
    const at = (day: number, hours: number, digests = config.digests) =>
      runDueDigests({
        db: world.db,
        config: { ...config, digests },
        clock: manualClock(dayAt(day) + hours * HOUR_MS),
        log: SILENT,
      });
    at(10, 1);
    at(11, 3);
    const stored = world.db.raw
      .prepare("SELECT message FROM notifications WHERE type = 'digest.ready'")
      .pluck()
      .get() as string;
    const sent = JSON.parse(stored) as DigestMessage;
    const edited = [makeDigest({ schedule: '30 * * * *', timezone: 'Europe/Berlin' })];
    at(12, 1, edited);
    world.configure({ digests: edited });
    const { out } = await run({ period: '2026-01-12T08:00:00Z', json: true });
    const { timezone: _zone, ...shown } = (JSON.parse(out) as DigestMessage).data;
    expect(sent.data).toMatchObject(shown);
    expect(sent.data.periods).toBe(2);
  });

  test('of a digest that was written repeats it, figure by figure, whatever has happened since', async () => {
    const { config } = world;
    world.close();
    world = makeSmallWorld({ digests: config.digests });
    const writeAt = (day: number) =>
      runDueDigests({
        db: world.db,
        config,
        clock: manualClock(dayAt(day) + 4 * HOUR_MS),
        log: SILENT,
      });
    writeAt(7);
    await takeSmallDays(world, 0, 8);
    writeAt(8);
    await takeSmallDays(world, 9, 11);
    // Nobody was there on days 9 and 10: this one covers three days.
    writeAt(11);
    const stored = world.db.raw
      .prepare("SELECT message FROM notifications WHERE type = 'digest.ready' ORDER BY id DESC")
      .pluck()
      .get() as string;
    const sent = JSON.parse(stored) as DigestMessage;
    expect([sent.data.periods, sent.data.alerts.length > 0]).toEqual([3, true]);
    await takeSmallDays(world, 12);
    const { out } = await run({ period: sent.data.slot_at, json: true });
    expect(JSON.parse(out)).toEqual(sent);
  });

  test('says when a quiet one would be skipped', async () => {
    world.configure({
      rules: [],
      digests: [
        makeDigest({
          schedule: '0 8 * * *',
          whenQuiet: 'skip',
          compare: { kind: 'ago', ms: DAY_MS, text: '1d' },
        }),
      ],
    });
    const { err, out } = await run({ period: '2026-01-07' });
    expect(err).toBe(
      'All quiet: on schedule, this one would be skipped (digests.weekly.when_quiet).\n',
    );
    expect(out).toContain('All quiet: nothing fired');
  });

  test.each([
    {
      name: 'an unknown digest',
      args: { name: 'wekly' },
      code: 'not_found',
      message: 'there is no digest "wekly"',
      hint: 'did you mean weekly?',
    },
    {
      name: 'a period that has not come',
      args: { period: '2026-02-01' },
      code: 'usage',
      message: 'the digest of 2026-02-01 is not due yet',
    },
    {
      name: 'a period that is no time',
      args: { period: 'last week' },
      code: 'usage',
      message:
        '--period "last week" is not a date (2026-01-05), or an instant (2026-01-05T06:00, 2026-01-05T06:00:00Z)',
    },
    {
      name: 'sending to nobody',
      args: { name: 'sundays', send: true },
      code: 'usage',
      message: 'the digest sundays notifies no channel',
      hint: 'name one in digests.sundays.notify',
    },
  ])('refuses $name', async ({ args, code, message, hint }) => {
    await expect(run(args)).rejects.toMatchObject({
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  });
});

describe('--out', () => {
  test('writes the text, a page any browser shows, and the mail as it would be sent', async () => {
    const { code, out, err } = await run({ period: '2026-01-15', out: 'parts' });
    expect([code, out]).toEqual([0, '']);
    expect(readdirSync(join(folder, 'parts')).sort()).toEqual([
      'weekly.eml',
      'weekly.html',
      'weekly.txt',
    ]);
    expect(err.split('\n').filter((line) => line.startsWith('wrote '))).toHaveLength(3);
    const page = readFileSync(join(folder, 'parts', 'weekly.html'), 'utf8');
    expect(page).not.toContain('cid:');
    expect(page.match(/src="data:image\/png;base64,/g)?.length).toBeGreaterThan(2);
    const mail = await simpleParser(readFileSync(join(folder, 'parts', 'weekly.eml')));
    expect(readFileSync(join(folder, 'parts', 'weekly.txt'), 'utf8')).toBe(
      `Subject: ${mail.subject ?? ''}\n\n${mail.text ?? ''}`,
    );
  });

  test('says when the folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(run({ out: 'file' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('cannot make the folder') as string,
    });
  });
});

describe('--open', () => {
  const withOpener = (script: string): NodeJS.ProcessEnv => {
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'xdg-open'), 0o755);
    return { PATH: `${folder}:/usr/bin:/bin`, FOLDER: folder };
  };

  test("hands the page to the platform's opener", async () => {
    const env = withOpener('printf %s "$1" > "$FOLDER/opened"');
    expect(await openFile('/some/page.html', env, 'linux')).toBe(true);
    expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe('/some/page.html');
    if (process.platform !== 'linux') return;
    const { code, out } = await run({ open: true }, NOW, env);
    const opened = readFileSync(join(folder, 'opened'), 'utf8');
    expect([code, out, existsSync(opened)]).toEqual([0, '', true]);
    expect(readFileSync(opened, 'utf8')).toContain(
      '<h1>weekly, 14 – 15 Jan 2026, 09:00 to 09:00</h1>',
    );
    rmSync(join(opened, '..'), { recursive: true });
  });

  test.each([
    { name: 'fails', env: () => withOpener('exit 3') },
    { name: 'is not there', env: () => ({ PATH: folder }) },
  ])('says where the page is when the opener $name', async ({ env }) => {
    expect(await openFile('/some/page.html', env(), 'linux')).toBe(false);
  });
});

describe('--send', () => {
  test('delivers now under a key of its own, and leaves the scheduled one to come', async () => {
    const receiver = await startReceiver();
    world.configure({ channels: [makeHook({ url: makeSecret(receiver.url) })], rules: [] });
    world.db.raw.exec("UPDATE deliveries SET state = 'cancelled', reason = 'not of this test'");
    runDueDigests({ db: world.db, config: world.config, clock: manualClock(NOW), log: SILENT });
    const { code, out, err } = await run({ send: true });
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('1 notification queued, 1 message delivered.');
    expect(
      receiver.received.map(({ body }) => (JSON.parse(body) as DigestMessage).data.origin),
    ).toEqual(['manual']);
    expect(
      world.db.raw
        .prepare("SELECT key FROM notifications WHERE type = 'digest.ready'")
        .pluck()
        .all(),
    ).toEqual(['hook/digest/weekly/by-hand/2026-01-15T09:00:00.000Z']);
    expect(world.db.raw.prepare('SELECT count(*) FROM digests').pluck().get()).toBe(0);
    expect(
      runDueDigests({
        db: world.db,
        config: world.config,
        clock: manualClock(NOW + DAY_MS),
        log: SILENT,
      }),
    ).toBe(1);
    await receiver.close();
  });
});
