// A metric that the source no longer fills: said once, wherever somebody looks. Over real HTTP.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeSlot } from '../../src/daemon/take-slot.ts';
import { DAY_MS, systemClock } from '../../src/lib/clock.ts';
import type { Log } from '../../src/lib/log.ts';
import { runProgram } from '../../src/program/program.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { memoryIo } from '../support/memory-io.ts';
import { dayAt, fetchedList, makeWatch, makeWorld } from '../support/world.ts';

const SIGNALS = { stop: new AbortController().signal, onReload: () => () => {} };

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-unknown-'));
  sandbox = await startSandbox({ market: createMarket({ seed: 2 }), clock: systemClock });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the pass says it, and status while that snapshot is the newest', async () => {
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `source: { base_url: "${sandbox.url}", token: sandbox, requests_per_second: 100 }
watches:
  us: { region: US, time_scope: 1, depth: 60, schedule: "0 6 * * *" }
`,
  );
  const run = async (...args: string[]) => {
    const io = memoryIo({ cwd: folder, clock: systemClock });
    await runProgram(io, () => SIGNALS, '1.2.3', args);
    return io.out + io.err;
  };
  sandbox.setFaults([{ fault: 'metric_null_everywhere' }]);
  expect(await run('snapshot')).toContain('impressions is unknown in every row');
  expect(await run('status')).toContain('impressions is unknown in every row');
  expect(await run('status', '--json')).toContain('impressions is unknown in every row');
  // The same list again says nothing new.
  expect(await run('snapshot')).not.toContain('unknown in every row');
  expect(await run('status')).not.toContain('unknown in every row');
});

test('the log says it, of the first such list alone', async () => {
  const watch = makeWatch({ name: 'us', depth: 60 });
  const world = makeWorld({ watches: [watch] });
  try {
    const lines: unknown[] = [];
    const keep = (fields: object) => void lines.push(fields);
    const log: Log = { info: keep, warn: keep, error: keep };
    for (const day of [0, 1]) {
      await takeSlot(
        {
          db: world.db,
          clock: world.clock,
          log,
          signal: new AbortController().signal,
          fetchList: async () =>
            fetchedList(
              Array.from({ length: 60 }, (_, index) => ({
                id: `p${index}`,
                posts: 4000 - 10 * index + day,
              })),
            ),
        },
        world.config,
        { watch, slotAt: dayAt(0) + day * DAY_MS, isOpen: false },
        new Map(),
      );
    }
    const [first, second] = lines as { note?: string }[];
    expect(first?.note).toContain('impressions, likes');
    expect(first?.note).toContain('are unknown in every row');
    expect(second?.note).not.toContain('unknown in every row');
  } finally {
    world.close();
  }
});
