// (i) Delivery: webhooks that wait in a file with 20,000 old ones, beside a bare client that posts the same bytes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { deliverDue } from '../../src/delivery/dispatch.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { makeHook, makeOutbox } from '../delivery/outbox-world.ts';
import { countStatements } from '../support/count-statements.ts';
import { alternateInBoth, printRatio } from './measure.ts';

const MESSAGES = 200;
const OLD = 20_000;
const ROUNDS = 12;
const WARM_UP = 4;
/** Of one fast channel. */
const LEAST_PER_SECOND = 300;

export async function benchDelivery(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const receiver = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'hook-server.ts')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const agent = new Agent();
  try {
    const [line] = (await once(receiver.stdout, 'data')) as [Buffer];
    const url = String(line).trim();
    const hook = makeHook(url);
    const world = makeOutbox([hook], { path: join(folder, 'tidemark.db') });
    const deps = { ...world.deps, clock: systemClock };
    const putAll = (): void => {
      for (let index = 0; index < MESSAGES; index++)
        world.put(hook, { expiresAt: Date.now() + 86_400_000 });
    };
    // One delivered for real, and copied: what lies there for ever.
    world.put(hook, { expiresAt: Date.now() + 86_400_000 });
    await deliverDue(deps);
    const bytes = world.db.raw.prepare('SELECT payload FROM deliveries').pluck().get() as Buffer;
    copyDelivered(world.db.raw, OLD);

    putAll();
    const ran = await countStatements(world.db, async () => void (await deliverDue(deps)));
    const commits = ran.filter((sql) => sql === 'COMMIT').length / MESSAGES;

    const ours = {
      name: 'outbox',
      prepare: putAll,
      run: async () => {
        const { delivered } = await deliverDue(deps);
        if (delivered !== MESSAGES) throw new Error(`${delivered} of ${MESSAGES} delivered`);
      },
    };
    const floor = {
      name: 'bare client',
      run: async () => {
        for (let index = 0; index < MESSAGES; index++) {
          const { body } = await request(url, { method: 'POST', dispatcher: agent, body: bytes });
          await body.dump();
        }
      },
    };
    const { ms, cpu } = await alternateInBoth([ours, floor], ROUNDS, WARM_UP);
    const [oursMs = NaN, floorMs = NaN] = ms.map((each) => each / MESSAGES);
    const [oursCpu = NaN, floorCpu = NaN] = cpu.map((each) => each / MESSAGES);
    printRatio(
      'delivery: one webhook, time',
      oursMs,
      floorMs,
      'bare undici, one after the other',
      15,
    );
    printRatio('delivery: one webhook, CPU', oursCpu, floorCpu, 'bare undici', 15);
    const perSecond = Math.round(1_000 / oursMs);
    process.stdout.write(
      `delivery: ${perSecond} messages a second, aim at least ${LEAST_PER_SECOND}${perSecond >= LEAST_PER_SECOND ? '' : '  MISSED'}; ${commits.toFixed(2)} commits a message, aim 2\n`,
    );
    world.close();
  } finally {
    receiver.kill();
    await agent.close();
    rmSync(folder, { recursive: true });
  }
}

/** `count` more of the deliveries there are, with their notifications and attempts. */
function copyDelivered(raw: ReturnType<typeof makeOutbox>['db']['raw'], count: number): void {
  const columns = (table: string) =>
    (raw.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `"${name}"`);
  const copied = (table: string, changed: Record<string, string>) => {
    const names = columns(table);
    const values = names.map((name) => changed[name.slice(1, -1)] ?? `t.${name}`);
    raw.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      INSERT INTO ${table} (${names.join(', ')})
      SELECT ${values.join(', ')} FROM n CROSS JOIN ${table} t WHERE t.id = 1`);
  };
  copied('notifications', { id: 'i + 1', key: `'old-' || i` });
  copied('deliveries', {
    id: 'i + 1',
    notification_id: 'i + 1',
    message_id: `'old-' || i`,
    payload: 'NULL',
    payload_kind: 'NULL',
  });
  copied('attempts', { id: 'i + 1', delivery_id: 'i + 1' });
}
