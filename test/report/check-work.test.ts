import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { checkAdvice, checkOutbox, checkWatches } from '../../src/report/check-work.ts';
import { adviceFor } from '../../src/report/status-advice.ts';
import { readStatus } from '../../src/report/status.ts';
import { healthy, saveHealth } from '../../src/store/outbox/channel-health.ts';
import { saveRefusal } from '../../src/store/outbox/recipient-refusals.ts';
import { makeMail } from '../delivery/outbox-world.ts';
import { dayAt, fetchedList, makeHook, makeRule, makeWorld, type World } from '../support/world.ts';

let world: World;
beforeEach(() => {
  world = makeWorld({
    rules: [makeRule({ when: 'rank <= 1' })],
    channels: [makeHook(), makeMail({ name: 'team', to: ['ana@example.com', 'bo@example.com'] })],
  });
});
afterEach(() => world.close());

const RUNS = { isRunning: true, note: null };
const statusNow = () => readStatus(world.db, world.config, world.clock.now(), RUNS);
const advice = () => adviceFor(statusNow(), 'UTC').map(({ text }) => text);
const outbox = () => checkOutbox(world.db, world.config.channels, world.clock.now());
const watch = () => checkWatches(world.db, world.clock.now())[0];

const SOUND = { name: 'deliveries', level: 'ok', text: 'nothing is stuck' };

describe('doctor and status say the same', () => {
  test('of a slot that nobody took, once it is later than a pass may be', async () => {
    await world.pass(dayAt(0), fetchedList([{ id: 'a' }]));
    await world.clock.advance(DAY_MS + 15 * MINUTE_MS);
    expect([advice(), watch()?.level]).toEqual([[], 'ok']);
    await world.clock.advance(MINUTE_MS);
    expect(advice()).toEqual([
      'us-daily: overdue since Fri 2026-01-02 06:00 UTC, though the daemon runs. Its log says why. To try the source:',
    ]);
    expect(watch()).toEqual({
      name: 'watch us-daily',
      level: 'warn',
      text: 'overdue since 2026-01-02T06:00:00.000Z; last complete snapshot 1d ago: see tidemark status',
    });
  });

  test('of messages that wait too long, and of those that were given up, for seven days', async () => {
    await world.pass(dayAt(0), fetchedList([{ id: 'a' }, { id: 'b' }]));
    await world.pass(dayAt(1), fetchedList([{ id: 'b' }, { id: 'a' }]));
    await world.clock.advance(15 * MINUTE_MS);
    expect([advice(), outbox()]).toEqual([[], SOUND]);
    await world.clock.advance(MINUTE_MS);
    expect(advice()).toEqual([
      '1 message to send, the first since Fri 2026-01-02 06:00 UTC, though the daemon runs and no channel holds it up. Its log says why. To look at them:',
    ]);
    expect(outbox().text).toBe('the oldest that waits is due since 16m');
    world.db.raw.exec("UPDATE deliveries SET state = 'dead', reason = 'HTTP 410'");
    expect(advice()).toEqual(['1 message of the last 7 days was given up.']);
    expect(outbox().text).toBe('1 message of the last 7 days was given up (tidemark deliveries)');
    await world.clock.advance(8 * DAY_MS);
    expect(outbox()).toEqual(SOUND);
  });

  test('of channels that are disabled and recipients to whom mail rests, as far as the config has them', async () => {
    const failing = { failures: 9, failingSinceAt: dayAt(0), disabledAt: dayAt(0) };
    await world.pass(dayAt(0), fetchedList([{ id: 'a' }]));
    for (const channel of ['gone', 'hook'])
      saveHealth(world.db, { ...healthy(channel), ...failing });
    saveRefusal(world.db, {
      channel: 'team',
      recipient: 'ana@example.com',
      refusals: 3,
      reason: 'no such user',
      suppressedAt: dayAt(0),
      toldThrough: null,
    });
    expect(advice()).toEqual([
      'The channel hook is disabled, failing since Thu 2026-01-01 06:00 UTC: unknown',
      'No mail of team goes to ana@example.com until Thu 2026-01-08 06:00 UTC: no such user',
    ]);
    expect(outbox()).toEqual({
      name: 'deliveries',
      level: 'warn',
      text: 'The channel hook is disabled, failing since 2026-01-01T06:00:00.000Z: unknown (mend, then tidemark channels test); No mail of team goes to ana@example.com until 2026-01-08T06:00:00.000Z: no such user',
    });
    expect(checkOutbox(world.db, null, world.clock.now()).text).toMatch(
      /channel gone .* channel hook /,
    );
    expect(checkAdvice(statusNow(), 'UTC').map(({ level, text }) => [level, text])).toEqual(
      adviceFor(statusNow(), 'UTC').map(({ text, command }) => ['warn', `${text} (${command})`]),
    );
  });

  test('of messages behind an open circuit, which are not stuck', async () => {
    await world.pass(dayAt(0), fetchedList([{ id: 'a' }, { id: 'b' }]));
    await world.pass(dayAt(1), fetchedList([{ id: 'b' }, { id: 'a' }]));
    saveHealth(world.db, {
      ...healthy('hook'),
      failures: 6,
      failingSinceAt: dayAt(1),
      heldUntilAt: dayAt(1) + 30 * MINUTE_MS,
      reason: 'HTTP 503',
    });
    await world.clock.advance(20 * MINUTE_MS);
    expect(advice()).toEqual([
      'The channel hook has been failing since Fri 2026-01-02 06:00 UTC: HTTP 503; 1 message waits for it, and it is tried again Fri 2026-01-02 06:30 UTC',
    ]);
    expect(outbox().text).not.toContain('oldest that waits');
  });
});
