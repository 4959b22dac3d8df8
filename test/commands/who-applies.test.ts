// Only the daemon and passes put a config into force. What checks, tries or imports must not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expressionChecker } from '../../src/alert/compile.ts';
import { runCheck } from '../../src/commands/set-up/check.ts';
import { runImport } from '../../src/commands/history/import.ts';
import { openProbes } from '../../src/report/probes.ts';
import { runSnapshot } from '../../src/commands/running/snapshot.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { dumpFile } from '../support/dump.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { memoryIo } from '../support/memory-io.ts';
import { makeRule, makeWatch } from '../support/world.ts';

const WATCH = 'us-daily: { region: US, schedule: "0 6 * * *" }';
let file: HistoryFile;
let sandbox: Sandbox;
beforeEach(async () => {
  file = makeHistoryFile({ rules: [makeRule({ name: 'top', when: 'rank <= 10' })] });
  sandbox = await startSandbox({ market: createMarket({ seed: 2 }), clock: file.world.clock });
  await takeDays(file.world, 3);
});
afterEach(async () => {
  await sandbox.close();
  file.close();
});

/** A config with the watches and rules given, in the file that is being edited. */
function edit(watches: string, rules: string, channel = 'hook'): void {
  writeFileSync(
    join(file.folder, 'edited.yaml'),
    `database: ./tidemark.db
source: { base_url: "${sandbox.url}", token: sandbox, requests_per_second: 100 }
watches: { ${watches} }
channels:
  ${channel}: { type: webhook, url: "http://127.0.0.1:9/x" }
rules: { ${rules} }
`,
  );
}
const io = () => memoryIo({ cwd: file.folder, clock: file.world.clock });

async function check() {
  const memory = io();
  const code = await runCheck(
    memory,
    { config: 'edited.yaml', connect: true },
    {
      probes: {
        ...openProbes(memory.clock, Math.random),
        channel: () => Promise.resolve({ ok: true, text: '', next: null }),
      },
      checkExpression: expressionChecker(),
    },
  );
  return { code, out: memory.out };
}
const requests = () =>
  file.world.db.raw
    .prepare('SELECT watch_id, outcome, credits FROM requests ORDER BY id')
    .all() as { watch_id: number | null }[];

describe('check --connect', () => {
  test('with an edited rule, schedule and watch writes its own row of the ledger, and nothing else', async () => {
    edit(
      'us-daily: { region: GB, schedule: "30 7 * * *" }, other: { region: DE, schedule: "0 1 * * *" }',
      'top: { when: "rank <= 11", notify: [hook] }',
    );
    const before = dumpFile(file.path, ['requests']);
    expect(await check()).toMatchObject({ code: 0 });
    expect(dumpFile(file.path, ['requests'])).toEqual(before);
    expect(requests()).toEqual([{ watch_id: 1, outcome: 'ok', credits: 2 }]);
  });

  test('of a watch that is not recorded yet records none, and what it cost is known', async () => {
    edit('new-one: { region: US, schedule: "0 6 * * *" }', '');
    const before = dumpFile(file.path, ['requests']);
    expect(await check()).toMatchObject({ code: 0 });
    expect(dumpFile(file.path, ['requests'])).toEqual(before);
    expect(requests()).toEqual([{ watch_id: null, outcome: 'ok', credits: 2 }]);
    expect(
      file.world.db.raw.prepare('SELECT watch, requests, credits FROM credit_use').all(),
    ).toEqual([{ watch: null, requests: 1, credits: 2 }]);
  });
});

describe('snapshot by hand', () => {
  const take = async () => {
    const memory = memoryIo({ cwd: file.folder, clock: systemClock });
    const code = await runSnapshot(
      memory,
      { config: 'edited.yaml', watches: [], json: true },
      new AbortController().signal,
    );
    return { code, err: memory.err };
  };
  const inForce = () =>
    dumpInForce(file.world.db.raw.prepare('SELECT name, schedule, active FROM watches').all());
  const dumpInForce = (watches: unknown[]) => ({
    watches,
    rules: file.world.db.raw.prepare('SELECT name, revision, active FROM rules').all(),
    closed: file.world.db.raw
      .prepare("SELECT count(*) FROM alerts WHERE resolved_reason <> 'cleared'")
      .pluck()
      .get(),
  });

  test('with another file than the running daemon says so, and applies none of it', async () => {
    edit(
      'us-daily: { region: US, schedule: "30 7 * * *" }, gone: { region: DE, schedule: "0 1 * * *" }',
      'top: { when: "rank <= 11", notify: [hook] }',
    );
    const before = inForce();
    const daemon = tryLock(file.path, 'daemon');
    await expect(take()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('does not have gone as ') as string,
    });
    edit(
      'us-daily: { region: US, schedule: "30 7 * * *" }',
      'top: { when: "rank <= 11", notify: [hook] }',
    );
    const { err } = await take();
    daemon?.release();
    expect(err).toContain('a daemon runs with another configuration (/nowhere/tidemark.yaml');
    expect(inForce()).toEqual(before);
    // It was stored all the same, and judged by the daemon's rules.
    expect(
      file.world.db.raw
        .prepare("SELECT json_extract(definition, '$.when') FROM rules")
        .pluck()
        .all(),
    ).toEqual(['rank <= 10']);
    expect(
      file.world.db.raw
        .prepare("SELECT count(*) FROM snapshots WHERE origin = 'manual'")
        .pluck()
        .get(),
    ).toBe(1);
  });

  test('is refused before anything is asked for where a rule of the daemon could tell nobody', async () => {
    edit(WATCH, 'top: { when: "rank <= 11", notify: [mine] }', 'mine');
    const daemon = tryLock(file.path, 'daemon');
    await expect(take()).rejects.toMatchObject({
      message: expect.stringContaining('rule top of the daemon tells hook') as string,
    });
    daemon?.release();
    expect(requests()).toEqual([]);
  });

  test('where no daemon runs applies its file, as ever', async () => {
    edit(
      'us-daily: { region: US, schedule: "30 7 * * *" }',
      'top: { when: "rank <= 11", notify: [hook] }',
    );
    const { err } = await take();
    expect(err).not.toContain('daemon');
    expect(inForce()).toMatchObject({
      watches: [{ name: 'us-daily', schedule: '30 7 * * *', active: 1 }],
      rules: [{ name: 'top', revision: 2 }],
    });
  });
});

describe('an import', () => {
  const importRows = async (text: string) => {
    writeFileSync(join(file.folder, 'rows.ndjson'), text);
    return runImport(
      io(),
      { config: 'edited.yaml', files: ['rows.ndjson'], watch: 'old' },
      { stdin: process.stdin, stop: new AbortController().signal },
    );
  };
  const row = (rank: number) =>
    `${JSON.stringify({ slot_at: '2025-12-01T06:00:00Z', product_id: `x${rank}`, product: `X ${rank}`, rank, posts: 100 })}\n`;

  test('records the watch it writes to, and touches no schedule, rule or alert of the others', async () => {
    edit(
      'old: { region: DE, depth: 2, schedule: "0 5 * * *" }, third: { region: FR, schedule: "0 5 * * *" }',
      '',
    );
    const alive = () =>
      dumpFile(file.path, [
        'snapshots',
        'judgements',
        'observations',
        'products',
        'product_records',
        'series',
        'sqlite_stat1',
        'sqlite_stat4',
      ]);
    const before = alive();
    expect(await importRows(row(1) + row(2))).toBe(0);
    const { watches, schema: _, ...after } = alive();
    const { watches: watchesBefore, schema: __, ...others } = before;
    expect(after).toEqual(others);
    expect(watches?.slice(0, 1)).toEqual(watchesBefore);
    expect(
      file.world.db.raw.prepare('SELECT name, active FROM watches WHERE id > 1').all(),
    ).toEqual([{ name: 'old', active: 0 }]);
  });

  test('that is refused whole records no watch', async () => {
    edit('old: { region: DE, depth: 2, schedule: "0 5 * * *" }', '');
    expect(await importRows(row(1) + row(1))).toBe(1);
    expect(file.world.db.raw.prepare('SELECT name FROM watches').pluck().all()).toEqual([
      'us-daily',
    ]);
    expect(file.world.db.raw.prepare('SELECT count(*) FROM series').pluck().get()).toBe(1);
  });

  test('of a new watch makes none of its slots due until a config with it is applied', async () => {
    edit('old: { region: DE, depth: 2, schedule: "0 5 * * *" }', '');
    await importRows(row(1) + row(2));
    await file.world.clock.advance(5 * 86_400_000);
    const old = makeWatch({ name: 'old', region: 'DE', depth: 2, schedule: '0 5 * * *' });
    file.world.configure({ watches: [makeWatch(), old] });
    const { applyConfig } = await import('../../src/store/series/apply-config.ts');
    file.world.db.transaction(() =>
      applyConfig(file.world.db, file.world.config, file.world.clock.now()),
    );
    expect(
      file.world.db.raw
        .prepare("SELECT active, scheduled_from_at FROM watches WHERE name = 'old'")
        .get(),
    ).toEqual({ active: 1, scheduled_from_at: file.world.clock.now() });
  });
});
