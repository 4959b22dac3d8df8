// What stays of messages that were delivered long ago.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deliveryReportJson, readDelivery } from '../../src/report/deliveries.ts';
import { listSentDigests } from '../../src/store/digests/digest-archive.ts';
import { countOldMessages, forgetMessages } from '../../src/store/outbox/forget-messages.ts';
import { deliveryTable, deliveryText } from '../../src/terminal/deliveries-text.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  makeHook,
  makeMail,
  makeOutbox,
  T0,
  UNUSED_URL,
  type OutboxWorld,
} from './outbox-world.ts';

const hook = makeHook(UNUSED_URL);
const mail = makeMail({ to: ['ana@example.com', 'bo@example.com'] });
let world: OutboxWorld;
beforeEach(() => (world = makeOutbox([hook, mail])));
afterEach(() => world.close());

/** Delivers these, and gives up all others. */
const deliverOnly = (...ids: number[]) =>
  world.db.raw
    .prepare(
      `UPDATE deliveries SET state = iif(id IN (SELECT value FROM json_each(?)), 'delivered', 'dead'),
        reason = 'r'`,
    )
    .run(JSON.stringify(ids));
const forgotten = () =>
  world.db.raw.prepare("SELECT message = 'null' FROM notifications ORDER BY id").pluck().all();
const forget = (before: number) => forgetMessages(world.db, before, manualClock(0));
const READERS = { timezone: 'UTC' };
const FIT = { columns: 120, color: false };

it('forgets what everybody got before an instant, and keeps what somebody may still be sent', async () => {
  world.put(hook);
  world.put(mail);
  world.put(hook);
  deliverOnly(1, 2, 4);
  world.db.raw.exec('UPDATE notifications SET created_at = created_at + 10 WHERE id = 3');

  expect(countOldMessages(world.db, T0 + 10)).toBe(1);
  expect(await forget(T0 + 10)).toBe(1);
  expect(forgotten()).toEqual([1, 0, 0]);
  expect(await forget(T0 + 10)).toBe(0);
  expect(await forget(T0 + 11)).toBe(1);
  expect(forgotten()).toEqual([1, 0, 1]);
});

it('forgets however many there are', async () => {
  for (let message = 0; message < 120; message++) world.put(hook);
  world.db.raw.exec("UPDATE deliveries SET state = 'delivered'");
  expect(await forget(T0 + 1)).toBe(120);
});

it('shows a forgotten message with its recipient and attempts, and says that the rest is gone', async () => {
  world.put(hook, { alerts: [{ alertId: 7, event: 'fired' }] });
  deliverOnly(1);
  await forget(T0 + 1);

  const report = readDelivery(world.db, 1);
  expect(deliveryReportJson(report)).toMatchObject({ type: 'alerts.fired', message: null });
  expect(deliveryText(report, READERS, FIT)).toContain('What it said is no longer kept');
  expect(deliveryTable([report.row], T0, READERS, FIT)).toContain('alerts.fired (no longer kept)');
  expect(world.db.raw.prepare('SELECT count(*) FROM notification_alerts').pluck().get()).toBe(1);
});

it('leaves forgotten digests out of the archive', async () => {
  world.put(hook);
  world.put(hook);
  world.db.raw.exec("UPDATE notifications SET type = 'digest.ready'");
  deliverOnly(1);
  await forget(T0 + 1);
  expect(listSentDigests(world.db, 10).map(({ id }) => id)).toEqual([2]);
});
