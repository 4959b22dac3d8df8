// The stream that tells an open page of news.
import { afterEach, expect, test } from 'vitest';
import { SECOND_MS } from '../../src/lib/clock.ts';
import { openToRead } from '../../src/store/file/open-to-read.ts';
import { makeHistoryFile } from '../support/history-file.ts';
import { dayAt, fetchedList, makeRule, makeWeb, products } from '../support/world.ts';
import { makeWebWorld, PORT, type WebWorld } from './web-world.ts';

const RULE = makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify' });

let web: WebWorld;
const open: { end: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const stream of open.splice(0)) await stream.end();
  web.close();
});

/** Reads a stream until it has said all of these events; returns them with their ids. */
async function listen(path = '/api/v1/events', headers: Record<string, string> = {}) {
  const answer = await web.ask(path, { headers });
  expect(answer.status).toBe(200);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  open.push({ end: () => reader.cancel() });
  return {
    type: answer.headers.get('content-type'),
    until: async (...events: string[]): Promise<{ event: string; id: string }[]> => {
      for (;;) {
        const told = [...text.matchAll(/^event: (\w+)\ndata: .*\nid: ([\d-]+)$/gm)].map(
          ([, event = '', id = '']) => ({ event, id }),
        );
        if (events.every((one) => told.some(({ event }) => event === one))) return told;
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream has ended: ${text}`);
        text += decoder.decode(value);
      }
    },
  };
}

const pass = (day: number) => web.world.pass(dayAt(day), fetchedList(products(10)));
/** The stream looks every two seconds. */
const look = () => web.world.clock.advance(3 * SECOND_MS);

test('a page is told that a snapshot was stored, and that an alert was told', async () => {
  // What another connection has stored, as the daemon has it.
  const file = makeHistoryFile({
    rules: [RULE],
    web: makeWeb({ listen: { host: '127.0.0.1', port: PORT } }),
  });
  web = makeWebWorld({}, {}, file.world);
  const db = openToRead(file.path);
  web.deps().db = db;
  web.close = () => {
    db.close();
    file.close();
  };
  const stream = await listen();
  expect(stream.type).toContain('text/event-stream');
  expect(await stream.until('hello')).toEqual([{ event: 'hello', id: '0-0' }]);
  // Read meanwhile: a stream that nobody reads waits.
  const told = stream.until('snapshot', 'alert');
  await pass(0);
  await look();
  expect(await told).toEqual([
    { event: 'hello', id: '0-0' },
    { event: 'snapshot', id: '1-3' },
    { event: 'alert', id: '1-3' },
  ]);
});

test.each([
  ['with Last-Event-ID', '/api/v1/events', { 'last-event-id': '0-0' }],
  ['with its last event in the address', '/api/v1/events?last=0-0', {}],
])('who comes back %s is told of what was missed', async (_, path, headers) => {
  web = makeWebWorld({}, { rules: [RULE] });
  await pass(0);
  const stream = await listen(path, headers);
  expect((await stream.until('snapshot', 'alert')).map(({ event }) => event)).toEqual([
    'hello',
    'snapshot',
    'alert',
  ]);
});

test('who comes with nothing, or with what is no id, begins now', async () => {
  web = makeWebWorld({}, { rules: [RULE] });
  await pass(0);
  for (const id of [undefined, 'abc', '1']) {
    const stream = await listen('/api/v1/events', id === undefined ? {} : { 'last-event-id': id });
    expect(await stream.until('hello')).toEqual([{ event: 'hello', id: '1-3' }]);
  }
});

test('so many listen at once, and others are told when to come; one that leaves makes room', async () => {
  web = makeWebWorld();
  for (let count = 0; count < 20; count++) await (await listen()).until('hello');
  const refused = await web.ask('/api/v1/events');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  await open.pop()?.end();
  await expect.poll(async () => (await web.ask('/api/v1/events')).status).toBe(200);
});
