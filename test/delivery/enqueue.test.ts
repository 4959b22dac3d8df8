import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enqueue } from '../../src/delivery/enqueue.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { prunePayloads } from '../../src/store/outbox/outbox.ts';
import {
  makeHook,
  makeMail,
  makeOutbox,
  T0,
  UNUSED_URL,
  type OutboxWorld,
} from './outbox-world.ts';
import { alertsMessage, troubleMessage } from './sample-messages.ts';
import { manualClock } from '../support/manual-clock.ts';

const hook = makeHook(UNUSED_URL);
const mail = makeMail({ to: ['ana@example.com', 'bo@example.com'] });
let world: OutboxWorld;
beforeEach(() => (world = makeOutbox([hook, mail])));
afterEach(() => world.close());

const count = (table: string) =>
  world.db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

describe('putting a message into the outbox', () => {
  it('makes a pending delivery for each recipient', () => {
    world.put(mail, { alerts: [{ alertId: 7, event: 'fired' }] });

    expect(world.rows()).toMatchObject([
      {
        recipient: 'ana@example.com',
        channel: 'mail',
        state: 'pending',
        attempts: 0,
        next_attempt_at: T0,
      },
      { recipient: 'bo@example.com', state: 'pending' },
    ]);
    expect(world.db.raw.prepare('SELECT alert_id, event FROM notification_alerts').all()).toEqual([
      { alert_id: 7, event: 'fired' },
    ]);
  });

  it('keeps no URL: the one recipient of a webhook has no name', () => {
    world.put(hook);
    expect(world.rows()).toMatchObject([{ recipient: '' }]);
  });

  it('changes nothing when the key is known, and says so', () => {
    const put = () =>
      enqueue(world.db, {
        key: 'alerts/us-daily/1',
        channel: mail,
        message: alertsMessage(),
        now: T0,
      });

    expect(put()).toBe(1);
    expect(put()).toBeNull();
    expect([count('notifications'), count('deliveries')]).toEqual([1, 2]);
  });

  it('keeps the same key apart for different channels', () => {
    expect(
      [hook, mail].map((channel) =>
        enqueue(world.db, { key: 'alerts/us-daily/1', channel, message: alertsMessage(), now: T0 }),
      ),
    ).toEqual([1, 2]);
  });

  it('gives ids that follow from key and recipient, so that what is created again after a power cut is the same', () => {
    const ids = () => {
      const other = makeOutbox([mail]);
      other.put(mail, { key: 'alerts/us-daily/1' });
      const made = other.rows().map(({ message_id }) => message_id);
      other.close();
      return made;
    };

    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(2);
    for (const id of ids()) expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it('leaves nothing when the transaction around it fails', () => {
    expect(() =>
      world.db.transaction(() => {
        enqueue(world.db, { key: 'k', channel: mail, message: alertsMessage(), now: T0 });
        throw new Error('the pass failed');
      }),
    ).toThrow('the pass failed');
    expect([count('notifications'), count('deliveries')]).toEqual([0, 0]);
  });

  it.each([
    ['alerts for 3 days', alertsMessage(), undefined, 3 * DAY_MS],
    ['trouble for a day', troubleMessage(), undefined, DAY_MS],
    ['anything as long as the caller says', alertsMessage(), T0 + 5, 5],
  ])('keeps %s', (_name, message, expiresAt, ms) => {
    world.put(hook, { message, ...(expiresAt === undefined ? {} : { expiresAt }) });
    expect(world.db.raw.prepare('SELECT expires_at FROM deliveries').pluck().get()).toBe(T0 + ms);
  });
});

it('forgets the bytes of what was delivered long ago, and nothing else', async () => {
  for (const state of ['delivered', 'delivered', 'dead']) {
    world.put(hook);
    world.db.raw
      .prepare(
        "UPDATE deliveries SET state = ?, payload = x'01', reason = 'r' WHERE id = (SELECT max(id) FROM deliveries)",
      )
      .run(state);
  }
  world.db.raw.prepare('UPDATE notifications SET created_at = created_at + 10 WHERE id = 2').run();

  expect(await prunePayloads(world.db, manualClock(0), T0 + 10)).toBe(1);
  expect(
    world.db.raw.prepare('SELECT payload IS NULL FROM deliveries ORDER BY id').pluck().all(),
  ).toEqual([1, 0, 0]);
});
