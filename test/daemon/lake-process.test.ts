// Syncs of the lake as a daemon really makes them: on its schedule, in a process of its own, to a
// store, with processes that are killed.
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS, systemClock } from '../../src/lib/clock.ts';
import { noteLake, readLakeNote } from '../../src/store/file/lake-note.ts';
import { isHeld } from '../../src/store/file/lock.ts';
import { noWorkYet } from '../../src/store/file/work-note.ts';
import { KEY_ID, SECRET, startS3, type S3Server } from '../backup/s3-server.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { endDaemon, realDaemons, troubleHook, until, workerOf } from './real-daemon.ts';

// Up to eight processes.
vi.setConfig({ testTimeout: 90_000 });

let file: HistoryFile;
let s3: S3Server;
let daemons: Awaited<ReturnType<typeof realDaemons>>;
beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 3, { count: 500 });
  s3 = await startS3();
  daemons = await realDaemons(file.folder);
});
afterEach(async () => {
  daemons.close();
  await s3.close();
  file.close();
});

const configure = (more = '') =>
  daemons.configure(
    `lake: { to: "s3://bucket/lake", endpoint: "${s3.url}", region: eu, access_key_id: ${KEY_ID},
  secret_access_key: ${SECRET}, allow_private: true, schedule: "0 * * * *", views: [history, changes] }
${more}`,
  );

/** A slot has passed since: the daemon syncs as soon as it looks. */
const oweSync = (failures = 0) => {
  const now = systemClock.now();
  const failing = { failures, failingSinceAt: now - HOUR_MS, failedAt: now - 2 * HOUR_MS };
  noteLake(file.path, { ...noWorkYet(now - DAY_MS), ...(failures > 0 && failing) });
};
const versions = (table: string) =>
  [...s3.objects.keys()].filter((name) => name.startsWith(`lake/${table}/_delta_log/0`));

test.runIf(process.platform === 'linux')(
  'a sync that is killed with its daemon in the middle is made up for by the next one, and never beside another',
  async () => {
    configure();
    oweSync();
    let release = () => {};
    let holding = 0;
    s3.hold = async (line) => {
      if (!/^PUT .*\/changes\/_delta_log/.test(line)) return;
      holding += 1;
      await new Promise<void>((resolve) => (release = resolve));
    };
    const first = daemons.start();
    await until(() => expect(holding).toBe(1));
    const second = await daemons.run(['lake', 'sync', '--config', daemons.config]);
    expect([second.code, second.err]).toEqual([
      1,
      expect.stringMatching(/^error: a sync of the lake of .* is under way\nwait until it is done/),
    ]);
    const worker = workerOf(first.child);
    process.kill(worker, 'SIGKILL');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await until(() => expect(isHeld(file.path, 'lake')).toBe(false));
    expect(versions('history')).toHaveLength(2);
    expect(versions('changes')).toEqual([]);
    s3.hold = async () => {};
    release();

    const again = daemons.start();
    await until(() => expect(again.said).toContain('lake synced'));
    expect(versions('changes').length).toBeGreaterThan(0);
    const note = readLakeNote(file.path);
    expect(note).toMatchObject({ failures: 0, last: { to: 's3://bucket/lake' } });
    expect(await daemons.metric('tidemark_lake_time_seconds')).toBeCloseTo(
      (note?.last?.at ?? 0) / 1_000,
      2,
    );
    expect(await daemons.metric('tidemark_lake_failures')).toBe(0);
    await endDaemon(again);

    const { out } = await daemons.run(['lake', 'status', '--config', daemons.config]);
    expect(out.replace(/[\d.]+ kB/g, 'N kB')).toMatch(
      new RegExp(
        `^s3://bucket/lake
history: 1,500 rows in 1 file, N kB
  up to date: its newest slot is Sat 2026-01-03 06:00 UTC
changes: [\\d,]+ rows in 1 file, N kB
  up to date: its newest slot is Sat 2026-01-03 06:00 UTC
by the daemon synced (just now|\\d+m ago); the next in (under )?\\d+m
$`,
      ),
    );
    const verified = await daemons.run(['lake', 'verify', '--config', daemons.config]);
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^2 months, \d,\d{3} rows: the same as in the database\n$/),
    });
  },
);

test('the second failure in a row is told with the words of the store, and so is its end', async () => {
  const hook = await troubleHook();
  const { heard } = hook;
  configure(hook.section);
  s3.fail = () => 403;
  oweSync(1);
  const daemon = daemons.start();
  await until(() => expect(heard).toHaveLength(1));
  expect(heard[0]).toMatchObject({ type: 'lake.trouble', data: { state: 'trouble' } });
  expect(heard[0]?.data.text).toContain(
    '2 times in a row. The last failure: s3://bucket/lake answers HTTP 403 (Injected)',
  );
  expect(await daemons.metric('tidemark_lake_failures')).toBe(2);
  const { out } = await daemons.run(['status', '--config', daemons.config]);
  expect(out.replace(/\s+/g, ' ')).toMatch(/lake not synced yet.*lake.*failed.*HTTP 403/);
  await endDaemon(daemon);

  // The store takes it again, and the pause before the next try is over.
  s3.fail = () => null;
  const note = readLakeNote(file.path);
  noteLake(file.path, { ...(note ?? noWorkYet(0)), failedAt: systemClock.now() - HOUR_MS });
  const second = daemons.start();
  await until(() => expect(heard).toHaveLength(2));
  expect(heard[1]).toMatchObject({ type: 'lake.trouble', data: { state: 'recovered' } });
  await endDaemon(second);
  hook.close();
});
