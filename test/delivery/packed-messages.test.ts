// The facts of messages that are a day old take a quarter of the room, and read the same.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DAY_MS } from '../../src/lib/clock.ts';
import { deliveryReportJson, readDelivery } from '../../src/report/deliveries.ts';
import { listSentDigests } from '../../src/store/digests/digest-archive.ts';
import { listDeliveries } from '../../src/store/outbox/delivery-log.ts';
import { forgetMessages } from '../../src/store/outbox/forget-messages.ts';
import { getNotification } from '../../src/store/outbox/outbox.ts';
import { packMessages } from '../../src/store/outbox/packed-messages.ts';
import { manualClock } from '../support/manual-clock.ts';
import { makeHook, makeOutbox, T0, UNUSED_URL, type OutboxWorld } from './outbox-world.ts';

const hook = makeHook(UNUSED_URL);
let world: OutboxWorld;
beforeEach(() => (world = makeOutbox([hook])));
afterEach(() => world.close());

const stored = () =>
  world.db.raw
    .prepare("SELECT message = 'null', packed IS NOT NULL FROM notifications ORDER BY id")
    .raw()
    .all();
const pack = (now: number) => packMessages(world.db, manualClock(now));
const shown = (id: number) => deliveryReportJson(readDelivery(world.db, id));

it('packs what is older than a day, once, and everything that reads it reads the same', async () => {
  world.put(hook);
  world.put(hook);
  world.db.raw.exec(`UPDATE notifications SET created_at = created_at + 10 WHERE id = 2;
    UPDATE notifications SET type = 'digest.ready'`);
  const read = () => [
    getNotification(world.db, 1),
    shown(1),
    listDeliveries(world.db, {}, 10),
    listSentDigests(world.db, 10),
  ];
  const before = read();
  expect(JSON.stringify(before)).toContain('"data"');

  expect(await pack(T0 + DAY_MS)).toBe(0);
  expect(await pack(T0 + DAY_MS + 1)).toBe(1);
  expect(stored()).toEqual([
    [1, 1],
    [0, 0],
  ]);
  expect(read()).toEqual(before);
  expect(await pack(T0 + DAY_MS + 1)).toBe(0);
});

it('packs however many there are, and forgets packed ones as it does plain ones', async () => {
  for (let message = 0; message < 60; message++) world.put(hook);
  expect(await pack(T0 + 2 * DAY_MS)).toBe(60);
  world.db.raw.exec("UPDATE deliveries SET state = 'delivered' WHERE id > 1");
  expect(await forgetMessages(world.db, T0 + 1, manualClock(0))).toBe(59);
  expect(stored().slice(0, 2)).toEqual([
    [1, 1],
    [1, 0],
  ]);
  expect(shown(2)).toMatchObject({ message: null });
  expect(getNotification(world.db, 1).message).not.toBeNull();
  // What is forgotten is not found again.
  expect(await pack(T0 + 2 * DAY_MS)).toBe(0);
});
