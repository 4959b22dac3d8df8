// Two daemons, each with a database and watches of its own, sync into one lake in a store, and old
// history of both leaves for it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS, systemClock } from '../../src/lib/clock.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { openLake } from '../../src/history/lake/open-lake.ts';
import { lakeFiles } from '../../src/history/lake/read-lake.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { noteLake } from '../../src/store/file/lake-note.ts';
import { noWorkYet } from '../../src/store/file/work-note.ts';
import { KEY_ID, SECRET, startS3, type S3Server } from '../backup/s3-server.ts';
import { historyRows, importInto } from '../history/lake/import-lake.ts';
import { days } from '../history/lake/tiers-world.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { makeWatch } from '../support/world.ts';
import { endDaemon, realDaemons, until, type RunningDaemon } from './real-daemon.ts';

// Up to sixteen processes.
vi.setConfig({ testTimeout: 120_000 });

const NAMES = ['us-daily', 'gb-daily'] as const;
const WATCHES = NAMES.map((name) => makeWatch({ name }));
const DAYS = 50;

type Member = { file: HistoryFile; daemons: Awaited<ReturnType<typeof realDaemons>> };
let s3: S3Server;
let members: Member[];
let all: HistoryFile;
beforeEach(async () => {
  s3 = await startS3();
  members = [];
  all = makeHistoryFile({ rules: [], watches: WATCHES });
  for (const [index, name] of NAMES.entries()) {
    const file = makeHistoryFile({ rules: [], watches: [WATCHES[index] ?? makeWatch()] });
    members.push({ file, daemons: await realDaemons(file.folder, name) });
  }
  await take(0, DAYS);
});
afterEach(async () => {
  for (const { file, daemons } of members) {
    daemons.close();
    file.close();
  }
  all.close();
  await s3.close();
});

async function take(from: number, count: number): Promise<void> {
  for (const [index, watch] of NAMES.entries()) {
    const each = { from, count: 20 + 5 * index, watch };
    await takeDays(members[index]?.file.world ?? all.world, count, each);
  }
  for (let day = from; day < from + count; day++)
    for (const [index, watch] of NAMES.entries())
      await takeDays(all.world, 1, { from: day, count: 20 + 5 * index, watch });
}

/** A daemon that owes a sync and a thinning does both at once. */
function startOwing({ file, daemons }: Member): RunningDaemon {
  noteLake(file.path, noWorkYet(systemClock.now() - DAY_MS));
  rmSync(`${file.path}.thinning.json`, { force: true });
  return daemons.start();
}

/** Each is asked at once, and waits until the others want the same version. */
async function atOnce(line: RegExp): Promise<void> {
  let meet = () => {};
  const met = new Promise<void>((resolve) => (meet = resolve));
  let here = 0;
  s3.hold = async (request) => {
    if (!line.test(request)) return;
    if (++here >= members.length) meet();
    await met;
  };
}

test('nothing is lost, nothing is twice, and each takes out its own alone', async () => {
  for (const { daemons } of members)
    daemons.configure(
      `lake: { to: "s3://bucket/lake", endpoint: "${s3.url}", region: eu, access_key_id: ${KEY_ID},
  secret_access_key: ${SECRET}, allow_private: true, schedule: "0 * * * *", views: [history, changes] }
retention: { observations: { all: 40d, then: lake } }
`,
    );
  for (const round of [0, 1]) {
    if (round > 0) await take(DAYS, round);
    // Both have decided on the same version when either is written.
    await atOnce(new RegExp(`^PUT .*/history/_delta_log/0{19}${round === 0 ? 0 : 3}\\.json`));
    const running = members.map(startOwing);
    for (const daemon of running)
      await until(() => {
        expect(daemon.said).toContain('lake synced');
        expect(daemon.said).toContain('old history left for the lake');
      });
    for (const daemon of running) {
      expect(daemon.said).not.toMatch(/failed|held back/);
      await endDaemon(daemon);
    }
  }
  const wanted = s3.requests.filter((line) => /^PUT .*history\/_delta_log\/0.*json/.test(line));
  expect(wanted.length).toBeGreaterThanOrEqual(new Set(wanted).size + 2);

  for (const [index, { file, daemons }] of members.entries()) {
    expect(days(file)[0]).toBe(DAYS - 41);
    const left = file.world.db.raw.prepare(
      'SELECT DISTINCT watch_id, count(*) FROM lake_snapshots',
    );
    expect(left.raw().all()).toEqual([[1, DAYS - 41]]);
    const verified = await daemons.run(['lake', 'verify', '--config', daemons.config]);
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('the same as in') });
    const state = await daemons.run(['lake', 'status', '--config', daemons.config]);
    expect(state.out).toContain(`${DAYS + 1 + DAYS - 41} snapshots that only the lake has`);
    expect([index, state.out.match(/up to date\b/g)?.length]).toEqual([index, 2]);
  }
  const place = {
    kind: 's3',
    bucket: 'bucket',
    prefix: 'lake',
    endpoint: s3.url,
    region: 'eu',
    accessKeyId: KEY_ID,
    secretAccessKey: makeSecret(SECRET),
  } as const;
  const back = makeHistoryFile({ rules: [], watches: WATCHES }, undefined);
  const lake = await openLake(
    { to: place, allowPrivate: true },
    join(back.folder, 'x.db'),
    systemClock,
    false,
  );
  await importInto(back, await lakeFiles(lake, [TOP_PRODUCTS]), all.world.clock.now());
  for (const view of ['history', 'changes'] as const)
    expect(historyRows(back, view)).toEqual(historyRows(all, view));
  back.close();
});
