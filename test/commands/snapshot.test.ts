import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runSnapshot } from '../../src/commands/running/snapshot.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { PassResult } from '../../src/pass/outcome.ts';
import { runProgram } from '../../src/program/program.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-snapshot-'));
  sandbox = await startSandbox({ market: createMarket({ seed: 2 }), clock: systemClock });
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `source: { base_url: "${sandbox.url}", token: sandbox, requests_per_second: 100, daily_credits: 30 }
watches:
  us: { region: US, time_scope: 1, depth: 60, schedule: "0 6 * * *" }
  gb: { region: GB, time_scope: 7, depth: 40, schedule: "0 6 * * *" }
`,
  );
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const take = async (watches: readonly string[] = []) => {
  const io = memoryIo({ cwd: folder, clock: systemClock });
  const code = await runSnapshot(io, { watches, json: true }, new AbortController().signal);
  return { code, results: JSON.parse(io.out) as PassResult[], err: io.err };
};

describe('tidemark snapshot', () => {
  test('takes every watch at one moment, and prints what others build on', async () => {
    const { code, results, err } = await take();
    expect(code).toBe(0);
    expect(results.map((result) => Object.keys(result))).toEqual(
      [1, 2].map(() => [
        'watch',
        'slot_at',
        'snapshot_id',
        'status',
        'reason',
        'rows',
        'pages',
        'credits',
        'fired',
        'resolved',
      ]),
    );
    expect(results).toMatchObject([
      {
        watch: 'us',
        status: 'complete',
        reason: null,
        rows: 60,
        pages: 3,
        credits: 6,
        fired: 0,
        resolved: 0,
      },
      { watch: 'gb', status: 'complete', reason: null, rows: 40, pages: 2, credits: 4 },
    ]);
    expect(new Set(results.map(({ slot_at }) => slot_at)).size).toBe(1);
    expect(err).toContain(
      'us: complete, 60 rows on 3 pages, 6 credits; 0 alerts fired, 0 resolved',
    );
    expect(err).toContain(
      '  note: the first list of its series: there was nothing yet to judge it by\n',
    );
  });

  test('takes only the watches named, and knows their names', async () => {
    expect((await take(['gb'])).results.map(({ watch }) => watch)).toEqual(['gb']);
    await expect(take(['bg'])).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is no watch "bg"',
      hint: 'there is: gb, us',
    });
  });

  test('a snapshot that is stored but not complete is exit code 3', async () => {
    sandbox.setFaults([{ fault: 'row_without_third_category', page: 2 }]);
    expect(await take(['us'])).toMatchObject({
      code: 3,
      results: [
        { status: 'partial', reason: '59 of 60 products seen; 1 row without a product id' },
      ],
    });
  });

  test('one that failed is exit code 1, and says why', async () => {
    sandbox.setFaults([{ fault: 'http_401' }]);
    const { code, results, err } = await take(['us']);
    expect({ code, results }).toMatchObject({
      code: 1,
      results: [{ status: 'failed', rows: 0, credits: 2 }],
    });
    expect(results[0]?.reason).toContain('unauthorised');
    expect(err).not.toContain('Bearer');
  });

  test('after a refusal of the account the other watches cost nothing', async () => {
    sandbox.setFaults([{ fault: 'http_402' }]);
    const { code, results } = await take();
    expect(code).toBe(1);
    expect(results).toMatchObject([
      { watch: 'us', status: 'failed', credits: 2 },
      {
        watch: 'gb',
        status: 'failed',
        credits: 0,
        reason:
          'page 1 missing (aborted: not asked for: the source had just refused another watch)',
      },
    ]);
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('when it is stopped it says so, prints what it had taken, and fails', async () => {
    const io = memoryIo({ cwd: folder, clock: systemClock });
    const stopping = new AbortController();
    const stderr = (text: string) => {
      if (text.startsWith('gb: asking')) stopping.abort();
      io.stderr(text);
    };
    const code = await runSnapshot({ ...io, stderr }, { watches: [], json: true }, stopping.signal);
    expect(code).toBe(1);
    expect(JSON.parse(io.out)).toMatchObject([{ watch: 'us', status: 'complete' }]);
    expect(io.err).toContain('stopped: 1 of 2 watches taken');
  });

  test('says of a message that was not delivered to whom and why', async () => {
    appendFileSync(
      join(folder, 'tidemark.yaml'),
      'channels: { hook: { type: webhook, url: "http://127.0.0.1:9/secret-path", allow_private: true } }\nrules: { top: { when: rank <= 3, on_first: notify, notify: [hook] } }\n',
    );
    const { code, err } = await take(['us']);
    expect(code).toBe(0);
    expect(err).toMatch(/^warning hook, delivery 1: message not delivered \(connection: .*\)$/m);
    expect(err).not.toContain('secret-path');
  });

  test('never spends more than daily_credits', async () => {
    for (let round = 0; round < 6; round++) await take();
    expect(sandbox.requests().length * 2).toBeLessThanOrEqual(30);
    const { code, results } = await take();
    expect(code).toBe(1);
    expect(results.map(({ reason }) => reason)).toEqual([
      'skipped: it needs 6 credits, and 0 of daily_credits 30 are left today',
      'skipped: it needs 4 credits, and 0 of daily_credits 30 are left today',
    ]);
  });
});

describe('the command line', () => {
  const run = async (...argv: string[]) => {
    const io = memoryIo({ cwd: folder, clock: systemClock });
    const signals = () => ({ stop: new AbortController().signal, onReload: () => () => {} });
    return { code: await runProgram(io, signals, '1.2.3', argv), out: io.out, err: io.err };
  };

  test.each<{ name: string; argv: string[]; code: number; says: string }>([
    { name: 'nothing: help', argv: [], code: 0, says: 'Usage: tidemark' },
    {
      name: 'help of a command',
      argv: ['help', 'top'],
      code: 0,
      says: 'tidemark top us-daily --limit 10',
    },
    { name: 'the version', argv: ['--version'], code: 0, says: '1.2.3' },
    { name: 'an unknown command', argv: ['statsu'], code: 2, says: 'Did you mean status?' },
    { name: 'an unknown option', argv: ['status', '--jsn'], code: 2, says: 'Did you mean --json?' },
    {
      name: 'a missing argument',
      argv: ['product'],
      code: 2,
      says: "missing required argument 'watch'",
    },
    {
      name: 'a number that is none',
      argv: ['top', 'us', '--limit', 'ten'],
      code: 2,
      says: 'It must be a whole number.',
    },
    { name: 'a valid config', argv: ['check'], code: 0, says: 'is valid' },
    {
      name: 'a config named before the command',
      argv: ['--config', 'tidemark.yaml', 'check'],
      code: 0,
      says: 'is valid',
    },
    {
      name: 'a config that is not there, named before the command',
      argv: ['--config=none.yaml', 'check'],
      code: 2,
      says: 'none.yaml has 1 problem',
    },
    { name: 'a snapshot', argv: ['snapshot', 'us'], code: 0, says: 'complete, 60 rows' },
  ])('$name is exit code $code', async ({ argv, code, says }) => {
    const ran = await run(...argv);
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).toContain(says);
    // Data goes to stdout, talk to stderr.
    if (code === 2) expect(ran.out).toBe('');
  });

  test('a config that is not valid names every problem', async () => {
    writeFileSync(join(folder, 'tidemark.yaml'), 'watchs: {}\nrules: { a: { when: "rnk < 3" } }\n');
    await expect(run('status')).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/watchs[^]*no column rnk/),
    });
  });
});
