// What pages say of messages, rules and the whole: the figures of `--json`, and of what was sent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDeliveries } from '../../src/commands/delivering/deliveries.ts';
import { runDigest } from '../../src/commands/delivering/digest.ts';
import { runAlerts } from '../../src/commands/reading/alerts.ts';
import { runStatus } from '../../src/commands/reading/status.ts';
import { deliverDue, type DeliveryDeps } from '../../src/delivery/dispatch.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { runDueDigests } from '../../src/digest/run-due.ts';
import type { AlertsMessage } from '../../src/message/alerts.ts';
import type { DigestFigure, DigestMessage } from '../../src/message/digest.ts';
import { countText, differenceText } from '../../src/words/short-numbers.ts';
import { startReceiver, type Receiver } from '../delivery/http-receiver.ts';
import { makeHook } from '../delivery/outbox-world.ts';
import { makeDigest, takeDays } from '../digest/market-world.ts';
import { memoryIo } from '../support/memory-io.ts';
import { json, run } from '../support/run-command.ts';
import { makeRule, makeWatch } from '../support/world.ts';
import { cellsAt, read } from './read-page.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
let receiver: Receiver;

const deps = (): DeliveryDeps => {
  const { db, clock, config } = web.world;
  const { channels, smtp, timezone } = config;
  const { log } = web.deps();
  return { db, channels, smtp, timezone, clock, random: () => 0.5, log };
};

beforeAll(async () => {
  receiver = await startReceiver(({ path }) =>
    path === '/closed' ? { status: 410, body: 'gone' } : { status: 204 },
  );
  web = makeWebWorld(
    {},
    {
      watches: [makeWatch({ depth: 40 })],
      channels: [
        makeHook(receiver.url),
        makeHook(`${receiver.url}/closed`, { name: 'closed' }),
        makeHook('http://127.0.0.1:9/', { name: 'nobody' }),
      ],
      rules: [
        makeRule({ name: 'climbs', when: 'rank_gain >= 2', notify: ['hook', 'nobody'] }),
        makeRule({ name: 'top3', when: 'rank <= 3', notify: ['hook', 'closed'] }),
        makeRule({ name: 'never', when: 'rank < 1' }),
      ],
      digests: [makeDigest({ notify: ['hook'] })],
    },
  );
  const { world } = web;
  const { db, config, clock } = world;
  const digest = () => runDueDigests({ db, config, clock, log: deps().log });
  digest();
  for (const day of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
    await takeDays(world, day, day, { 5: 'failed' });
    await deliverDue(deps());
  }
  expect(digest()).toBe(1);
  await deliverDue(deps());
  // And what nobody has sent yet.
  await takeDays(world, 9, 9);
});
afterAll(async () => {
  web.close();
  await receiver.close();
});

/** What a command that delivers prints as JSON. */
async function printed(command: (io: ReturnType<typeof memoryIo>) => Promise<number>) {
  const io = memoryIo({ clock: web.world.clock });
  expect(await command(io)).toBe(0);
  return JSON.parse(io.out) as unknown;
}

type Delivery = {
  id: number;
  type: string;
  channel: string;
  recipient: string | null;
  state: string;
  reason: string | null;
  attempts: number;
  created_at: string;
  message: AlertsMessage | DigestMessage;
};
const deliveries = (args: object = {}) =>
  printed((io) => runDeliveries(io, { json: true, limit: 100, ...args }, deps())) as Promise<
    Delivery[]
  >;

/** As tables have an instant. */
const minute = (at: string): string => at.slice(0, '2026-01-01T06:00'.length).replace('T', ' ');

test('deliveries are those of deliveries --json, with state, reason and attempts', async () => {
  const all = await deliveries();
  expect(new Set(all.map(({ state }) => state))).toEqual(
    new Set(['delivered', 'pending', 'dead', 'expired']),
  );
  const shown = await cellsAt(web, '/deliveries');
  // Of a pending one the page says also when it is due.
  expect(shown.map((cells) => cells.map((cell) => cell.replace(/ due .*/, '')))).toEqual(
    all.map(({ created_at: at, channel, recipient, type, state, reason, attempts }) => [
      minute(at),
      `${channel} ${recipient ?? ''}`.trim(),
      type,
      state,
      reason ?? '',
      String(attempts),
    ]),
  );
  const text = await (await web.ask('/deliveries')).text();
  for (const state of ['delivered', 'pending', 'dead', 'expired']) {
    const count = (await deliveries({ state })).length;
    expect(read(text)).toContain(`${state} ${count}`);
  }
});

test('a delivery has the attempts of its JSON, and says what was really received', async () => {
  for (const { id, attempts, channel, state } of await deliveries()) {
    const one = (await (await web.ask(`/api/v1/deliveries/${id}`)).json()) as {
      attempts: { number: number; started_at: string; status_code: number | null }[];
      message: AlertsMessage | DigestMessage;
    };
    expect(one.attempts).toHaveLength(attempts);
    const shown = attempts === 0 ? [] : await cellsAt(web, `/deliveries/${id}`);
    expect(shown.map((cells) => [cells[0], cells[1], cells[3]])).toEqual(
      one.attempts.map(({ number, started_at: at, status_code: code }) => [
        String(number),
        minute(at),
        String(code ?? '–'),
      ]),
    );
    const isSent = channel === 'hook' && state === 'delivered';
    if (one.message.type !== 'alerts.fired' || !isSent) continue;
    const { alerts } = one.message.data;
    const mail = read(await (await web.ask(`/deliveries/${id}/body`)).text());
    const sent = receiver.received.map(({ body }) => JSON.parse(body) as AlertsMessage);
    const [same] = sent.filter(
      ({ timestamp, data }) => timestamp === one.message.timestamp && 'alerts' in data,
    );
    expect(same?.data.alerts.map(({ id: alert }) => alert)).toEqual(alerts.map((a) => a.id));
    for (const { product, change } of alerts.slice(0, 3)) {
      expect(mail).toContain(product.name);
      if (change['rank_before'] !== null)
        expect(mail).toContain(`#${String(change['rank_before'])} → #${String(change['rank'])}`);
    }
  }
});

test('a digest on its page has the figures of digest --json, and of its mail', async () => {
  const message = (await printed((io) =>
    runDigest(io, { name: 'weekly', json: true }, { db: web.world.db, config: web.world.config }),
  )) as DigestMessage;
  expect(await (await web.ask('/api/v1/digests/weekly')).json()).toEqual(message);
  const shown = read(await (await web.ask('/digests/weekly/body')).text());
  const { html = '' } = digestMail(message, 'preview', undefined, undefined);
  // The same words; where the mail refers to its pictures, the page has them inside.
  expect(read(shown)).toBe(read(html));
  const [list] = message.data.watches;
  expect(shown).toContain(`${list?.alerts.fired} fired`);
  const said = message.data.climbers.rows.filter((row) => {
    // Metrics stand in a row under the names that its list gives them.
    const { posts } = row as typeof row & { posts: DigestFigure };
    const words = `${countText(posts.now)} posts, ${differenceText(posts.pct)}`;
    const { product, rank, rank_before: before } = row;
    return shown.includes(read(`#${rank}▲ from #${before}${product.name}${words}`));
  });
  // Those that a short one has, the greatest step first.
  expect(said.length).toBeGreaterThanOrEqual(5);
  expect(said).toEqual(message.data.climbers.rows.slice(0, said.length));
  expect(shown).toContain(`Climbers (${message.data.climbers.total})`);
});

test('the archive of digests is what deliveries --json says was sent', async () => {
  const sent = (await deliveries()).filter(({ type }) => type === 'digest.ready');
  expect(sent).toHaveLength(1);
  const shown = await cellsAt(web, '/digests', 1);
  expect(shown.map(([, digest, at, to]) => [digest, at, to])).toEqual(
    sent.map(({ created_at: at, channel }) => ['weekly', minute(at), channel]),
  );
});

test('rules have the counts of alerts --json', async () => {
  const count = (args: object): string =>
    String((json(run(runAlerts, { json: true, ...args }, web.world)) as unknown[]).length);
  const shown = await cellsAt(web, '/rules');
  expect(shown.map(([rule]) => rule?.split(' ')[0])).toEqual(['climbs', 'top3', 'never']);
  for (const [name = '', firing, recent, told, quiet] of shown) {
    const [rule] = name.split(' ');
    expect([rule, firing, recent, told, quiet]).toEqual([
      rule,
      count({ rule, state: 'firing' }),
      count({ rule }),
      count({ rule }),
      count({ rule, quiet: true }),
    ]);
  }
});

test('the overview has the figures of status --json', async () => {
  const {
    alerts,
    deliveries: { pending },
    advice,
  } = json(run(runStatus, { json: true }, web.world)) as {
    alerts: { firing: number; quiet: number; left: number };
    deliveries: { pending: number };
    advice: { text: string }[];
  };
  const text = await (await web.ask('/')).text();
  const figures = [...text.matchAll(/<dd[^>]*><a[^>]*>([^<]*)</g)].map(([, figure]) => figure);
  const [firing, quiet, waiting, dead] = figures;
  expect([firing, quiet, waiting]).toEqual([
    String(alerts.firing),
    `${alerts.quiet} · ${alerts.left}`,
    String(pending),
  ]);
  const said = advice.map((one) => one.text);
  expect(said).toContain(`${dead} messages of the last 7 days were given up.`);
  for (const one of said) expect(read(text)).toContain(one);
});
