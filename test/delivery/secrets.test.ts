// One assertion for every channel and every failure: no secret in a log line, a row, a message or what a command prints.
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { runChannelsTest } from '../../src/commands/delivering/channels.ts';
import {
  runDeliveries,
  runDeliveriesRetry,
  runDeliveriesShow,
} from '../../src/commands/delivering/deliveries.ts';
import type { Channel } from '../../src/config/channels/kinds.ts';
import type { WebhookFormat } from '../../src/config/channels/webhook.ts';
import { HOUR_MS } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { startReceiver, type Receiver, type Reply } from './http-receiver.ts';
import { makeIo } from './memory-io.ts';
import {
  BOT_TOKEN,
  makeHook,
  makeMail,
  makeNtfy,
  makeOutbox,
  makeSmtp,
  makeTelegram,
  type OutboxWorld,
} from './outbox-world.ts';
import { startSmtp, type SmtpReceiver, type SmtpScript } from './smtp-receiver.ts';

const PATH_TOKEN = 'XyZ9ThisIsThePathToken42';
const QUERY_TOKEN = 'q-t0ken/with slash';
const HEADER_TOKEN = 'h3ader-t0ken-value';
const PASSWORD = 'p@ss:w0rd/smtp';
const SIGNING_KEY = Buffer.alloc(32, 9).toString('base64');

/** Every form in which one of them might show up. */
const SECRETS = [
  PATH_TOKEN,
  QUERY_TOKEN,
  encodeURIComponent(QUERY_TOKEN),
  HEADER_TOKEN,
  SIGNING_KEY,
  'our-secret-topic',
  BOT_TOKEN,
  BOT_TOKEN.replace(/^\d+:/, ''),
  encodeURIComponent(BOT_TOKEN),
  PASSWORD,
  encodeURIComponent(PASSWORD),
  Buffer.from(PASSWORD).toString('base64'),
  Buffer.from(`\u0000mailer\u0000${PASSWORD}`).toString('base64'),
];

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

/** All that is in the database, as text. */
function dump(world: OutboxWorld): string {
  const tables = world.db.raw
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .pluck()
    .all() as string[];
  return tables
    .map((table) =>
      JSON.stringify(world.db.raw.prepare(`SELECT * FROM "${table}"`).all(), (_, value: unknown) =>
        typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer'
          ? Buffer.from((value as unknown as { data: number[] }).data).toString('latin1')
          : value,
      ),
    )
    .join('\n');
}

/** Sends, looks at it in every way, tries the channel, retries, and lives through some hours of the same. */
async function expectNoSecret(
  channel: Channel,
  options: { smtpUrl?: string; timeoutMs?: number } = {},
): Promise<OutboxWorld> {
  const others = await startReceiver();
  open.push(others);
  const other = makeHook(others.url, { name: 'other' });
  const world = makeOutbox([channel, other], {
    smtp: options.smtpUrl === undefined ? null : makeSmtp(options.smtpUrl),
    timeoutMs: options.timeoutMs ?? 3_000,
  });
  open.push(world);
  world.put(channel);
  world.put(channel);
  const io = makeIo();

  await world.deliver();
  await runChannelsTest(io, { name: channel.name }, world.deps);
  await runChannelsTest(io, { name: channel.name, json: true }, world.deps);
  await runDeliveriesRetry(io, { id: 1, force: true }, world.deps);
  for (let hour = 0; hour < 4; hour++) {
    await world.clock.advance(HOUR_MS);
    await world.deliver();
  }
  for (const json of [true, false]) {
    await runDeliveries(io, { json }, world.deps);
    await runDeliveriesShow(io, { id: 1, json }, world.deps);
  }

  expect(io.out.length).toBeGreaterThan(100);
  const written = {
    'log lines': inspect(world.logged, { depth: 9 }) + JSON.stringify(world.logged),
    rows: dump(world),
    'what commands print': io.out + io.err,
    'messages to others': JSON.stringify(others.received),
  };
  for (const [where, text] of Object.entries(written)) {
    for (const secret of SECRETS)
      expect(text.includes(secret), `${where} hold ${secret}`).toBe(false);
  }
  return world;
}

describe.each<WebhookFormat>(['standard', 'slack', 'discord', 'teams'])(
  'a webhook in format %s',
  (format) => {
    const hookTo = (base: string, allowPrivate = true): Channel =>
      makeHook(`${base}/services/${PATH_TOKEN}?key=${encodeURIComponent(QUERY_TOKEN)}`, {
        format,
        allowPrivate,
        secrets: [makeSecret(`whsec_${SIGNING_KEY}`)],
        headers: { authorization: makeSecret(`Bearer ${HEADER_TOKEN}`) },
      });

    /** Repeats all that it was sent, as error pages do. */
    const echo =
      (status: number): Receiver['reply'] =>
      ({ path, headers }) => ({
        status,
        body: `${status} for ${path} ${decodeURIComponent(path)} ${JSON.stringify(headers)}`,
      });

    it.each<[string, Receiver['reply']]>([
      ...[302, 400, 401, 404, 410, 429, 500].map((status): [string, Receiver['reply']] => [
        `answers ${status} and repeats the request`,
        echo(status),
      ]),
      ...(['reset', 'hang', 'cut body'] as const).map((reply): [string, Receiver['reply']] => [
        `answers with ${reply}`,
        (): Reply => reply,
      ]),
      ['accepts it', () => ({ status: 200 })],
    ])('that %s', async (_name, reply) => {
      const hooks = await startReceiver(reply);
      open.push(hooks);
      const world = await expectNoSecret(hookTo(hooks.url), {
        timeoutMs:
          reply({ method: '', path: '', headers: {}, body: '' }, 0) === 'hang' ? 60 : 3_000,
      });
      expect(world.attempts().length).toBeGreaterThan(0);
    });

    it('whose address is not public', async () => {
      const world = await expectNoSecret(hookTo('http://127.0.0.1:9', false));
      expect(world.attempts()[0]?.reason).toMatch(/^blocked_address/);
    });

    it('whose name is not known', async () => {
      const world = await expectNoSecret(hookTo('http://nowhere.invalid'));
      expect(world.attempts()[0]?.reason).toMatch(/^dns/);
    });

    it('that does not listen', async () => {
      const world = await expectNoSecret(hookTo('http://127.0.0.1:9'));
      expect(world.attempts()[0]?.reason).toMatch(/^connection/);
    });
  },
);

describe.each<[string, (base: string) => Channel]>([
  ['ntfy', (base) => makeNtfy(base, { token: makeSecret(HEADER_TOKEN) })],
  ['Telegram', (base) => makeTelegram(base)],
])('%s', (_kind, channelTo) => {
  it.each([302, 400, 401, 403, 404, 429, 500, 507])(
    'answers %i and repeats the request',
    async (status) => {
      const hooks = await startReceiver(({ path, headers, body }) => ({
        status,
        body: `${path} ${encodeURIComponent(path)} ${JSON.stringify(headers)} ${body}`,
      }));
      open.push(hooks);
      const world = await expectNoSecret(channelTo(hooks.url));
      expect(world.attempts().length).toBeGreaterThan(0);
    },
  );

  it('does not listen', async () => {
    const world = await expectNoSecret(channelTo('http://127.0.0.1:9'));
    expect(world.attempts()[0]?.reason).toMatch(/^connection/);
  });
});

describe('a mail server', () => {
  const repeat = (code: number): SmtpScript => ({
    login: (user, password) => ({
      code,
      text: `${user} ${password} ${encodeURIComponent(password)} ${Buffer.from(password).toString('base64')} ${Buffer.from(`\u0000${user}\u0000${password}`).toString('base64')}`,
    }),
  });

  it.each<[string, SmtpScript, RegExp]>([
    ['refuses the login and repeats it', repeat(535), /^smtp_login/],
    ['cannot check the login and repeats it', repeat(454), /^smtp_unavailable/],
    [
      'refuses the recipient',
      { recipient: () => ({ code: 550, text: 'no' }) },
      // Its only one, so the refusal is the channel's.
      /^all_refused/,
    ],
    ['hangs up', { sender: () => 'hang up' }, /^connection/],
    ['falls silent', { sender: () => 'silent' }, /^timeout/],
  ])('that %s', async (_name, script, reason) => {
    const mails: SmtpReceiver = await startSmtp(script);
    open.push(mails);
    const world = await expectNoSecret(makeMail(), {
      smtpUrl: mails.url.replace('://', `://mailer:${encodeURIComponent(PASSWORD)}@`),
      ...(reason.source === '^timeout' ? { timeoutMs: 200 } : {}),
    });
    expect(world.attempts()[0]?.reason).toMatch(reason);
  });

  it('that does not listen', async () => {
    const world = await expectNoSecret(makeMail(), {
      smtpUrl: `smtp://mailer:${encodeURIComponent(PASSWORD)}@127.0.0.1:9`,
    });
    expect(world.attempts()[0]?.reason).toMatch(/^connection/);
  });
});

describe('the assertion itself', () => {
  it('finds a secret that did get into a row', async () => {
    const hooks = await startReceiver(() => ({ status: 500, body: 'kept' }));
    open.push(hooks);
    await expect(
      expectNoSecret(makeHook(`${hooks.url}/${PATH_TOKEN}`, { name: `hook-${PATH_TOKEN}` })),
    ).rejects.toThrow(`hold ${PATH_TOKEN}`);
  });
});
