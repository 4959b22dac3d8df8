import { afterEach, expect, it } from 'vitest';
import { openProbes } from '../../src/report/probes.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';
import { makeIo } from './memory-io.ts';
import { makeHook } from './outbox-world.ts';

let receiver: Receiver | undefined;
afterEach(() => receiver?.close());

it.each<[number, boolean, string]>([
  [200, false, 'it answers with HTTP 200'],
  [204, false, 'it answers with HTTP 204'],
  [405, false, 'it answers with HTTP 405 to HEAD, as receivers of POST may'],
  [404, true, 'it answers with HTTP 404, which a message would fail with: the receiver knows'],
  [500, true, 'it answers with HTTP 500, which a message would fail with: the receiver has an'],
  [302, true, 'it answers with HTTP 302, which a message would fail with: the receiver redirects'],
])('a webhook that answers %i: a warning is %s', async (status, isWarning, text) => {
  receiver = await startReceiver(() => ({ status }));

  const result = await openProbes(makeIo().clock, Math.random).channel(makeHook(receiver.url));

  expect(result.ok).toBe(true);
  expect(result.warning ?? false).toBe(isWarning);
  expect(result.text.startsWith(text), result.text).toBe(true);
  expect(receiver.received[0]?.method).toBe('HEAD');
});

it('a webhook that does not listen has failed', async () => {
  expect(
    await openProbes(makeIo().clock, Math.random).channel(makeHook('http://127.0.0.1:9')),
  ).toMatchObject({
    ok: false,
  });
});
