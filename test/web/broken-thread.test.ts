// A page that crashes, hangs or fills its memory: it is started again, and nobody waits for it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { deliverDue } from '../../src/delivery/dispatch.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startWebThread, type WebThread } from '../../src/web/serve/start-worker.ts';
import { startReceiver } from '../delivery/http-receiver.ts';
import { makeHook } from '../delivery/outbox-world.ts';
import { dayAt, fetchedList, makeRule, makeWorld, products, type World } from '../support/world.ts';

// Memory takes a while to fill on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A thread that serves, and then breaks the first time; the second time it goes on. */
function brokenEntry(folder: string, breaks: string): string {
  const path = join(folder, 'worker.mjs');
  const marker = JSON.stringify(join(folder, 'was-here'));
  writeFileSync(
    path,
    `import { existsSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
const isFirst = !existsSync(${marker});
writeFileSync(${marker}, '');
parentPort.on('message', ({ kind }) => {
  if (kind === 'ask') parentPort.postMessage({ kind: 'alive' });
  if (kind === 'stop') parentPort.close();
});
parentPort.postMessage({ kind: 'serving', url: isFirst ? 'first' : 'second' });
if (isFirst) setTimeout(() => { ${breaks} }, 20);
`,
  );
  return path;
}

/** A pass and a message, from the thread that the page is not on. */
async function work(world: World): Promise<number> {
  const { db, clock, config } = world;
  await world.pass(dayAt(0), fetchedList(products(10)));
  const { delivered } = await deliverDue({
    db,
    clock,
    channels: config.channels,
    smtp: null,
    timezone: 'UTC',
    random: () => 0.5,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  return delivered;
}

test.each([
  ['crashes', "throw new Error('broken on purpose')", 'the page has failed'],
  ['hangs', 'for (;;);', 'the page hangs, and is ended'],
  [
    'fills its memory',
    'const all = []; for (;;) all.push(new Array(10_000).fill(all.length));',
    'the page has failed',
  ],
])('one that %s is started again; a pass and a message do not wait', async (_, breaks, said) => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-broken-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const receiver = await startReceiver();
  cleanups.push(() => receiver.close());
  const rule = makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify', notify: ['hook'] });
  const world = makeWorld({ rules: [rule], channels: [makeHook(receiver.url)] });
  cleanups.push(() => world.close());

  const logged: string[] = [];
  let again: () => void = () => {};
  const restarted = new Promise<void>((resolve) => (again = resolve));
  const note = (fields: { url?: string }, message: string) => {
    logged.push(message);
    if (fields.url === 'second') again();
  };
  const thread: WebThread = startWebThread({
    db: world.db,
    config: world.config,
    clock: systemClock,
    log: { info: note, warn: note, error: note },
    entry: brokenEntry(folder, breaks),
    ...(breaks.includes('push') ? {} : { askEveryMs: 200 }),
  });
  cleanups.push(() => thread.stop());
  expect(await thread.url).toBe('first');
  expect(await work(world)).toBe(1);
  await restarted;
  expect(logged).toContain(said);
  expect(logged).toContain('the page has ended, and is started again');
});
