import { afterEach, describe, expect, it } from 'vitest';
import {
  closeMailer,
  openMailer,
  sendMail,
  type Mailer,
} from '../../src/delivery/channels/email/email.ts';
import type { Failure, Outcome } from '../../src/delivery/outcome.ts';
import { makeSmtp } from './outbox-world.ts';
import { startSmtp, type SmtpReceiver, type SmtpScript, type Verdict } from './smtp-receiver.ts';

// A message as email-message.ts makes it: CRLF, and a line with a dot that SMTP must double.
const BYTES = Buffer.from(
  [
    'From: alerts@example.com',
    'To: someone-else@example.com, evil@example.com',
    'Subject: a mail',
    '',
    '.dot',
    '..two',
    'ünicode',
    '',
  ].join('\r\n'),
);

let server: SmtpReceiver | undefined;
let mailer: Mailer | undefined;
afterEach(async () => {
  if (mailer) closeMailer(mailer);
  await server?.close();
});

async function send(
  script: SmtpScript = {},
  options: {
    url?: (url: string) => string;
    timeoutMs?: number;
    startTls?: boolean;
    signal?: AbortSignal;
    recipient?: string;
  } = {},
): Promise<Outcome> {
  server ??= await startSmtp(script, { startTls: options.startTls ?? false });
  server.script = script;
  const smtp = makeSmtp(options.url?.(server.url) ?? server.url);
  mailer ??= openMailer(smtp);
  return sendMail(
    { smtp, recipient: options.recipient ?? 'ana@example.com', bytes: BYTES },
    {
      mailer,
      timeoutMs: options.timeoutMs ?? 5_000,
      signal: options.signal ?? new AbortController().signal,
    },
  );
}
afterEach(() => {
  server = undefined;
  mailer = undefined;
});

const says =
  (code: number, text = 'no') =>
  (): Verdict => ({ code, text });

describe('a mail', () => {
  it('goes to the one recipient of the envelope, whatever its header says, byte for byte', async () => {
    const outcome = await send();

    expect(outcome).toMatchObject({ kind: 'delivered', statusCode: 250 });
    expect(server?.mails).toEqual([
      { from: 'alerts@example.com', to: ['ana@example.com'], raw: BYTES.toString('latin1') },
    ]);
  });

  it('is the same, byte for byte, when it is sent again', async () => {
    await send();
    await send();
    expect(server?.mails.map(({ raw }) => raw)).toEqual([
      BYTES.toString('latin1'),
      BYTES.toString('latin1'),
    ]);
  });

  it('that follows over a connection which the server has dropped meanwhile goes over a new one', async () => {
    await send();
    server?.dropConnections();

    expect(await send()).toMatchObject({ kind: 'delivered' });
    expect(server?.mails).toHaveLength(2);
  });
});

describe('a mail server that', () => {
  it.each<[string, SmtpScript, Failure, string]>([
    [
      'refuses the recipient',
      { recipient: says(550, 'no such user') },
      'recipient_refused',
      'SMTP 550 at RCPT TO',
    ],
    [
      'asks to try the recipient later (greylisting)',
      { recipient: says(450, 'greylisted') },
      'recipient_deferred',
      'SMTP 450 at RCPT TO',
    ],
    [
      'refuses the sender',
      { sender: says(553, 'sender not allowed') },
      'smtp_setup',
      'SMTP 553 at MAIL FROM',
    ],
    ['is busy', { sender: says(451, 'try later') }, 'smtp_unavailable', 'SMTP 451 at MAIL FROM'],
    ['is closing', { sender: says(421, 'bye') }, 'smtp_unavailable', 'SMTP 421 at MAIL FROM'],
    [
      'refuses the message',
      { data: says(554, 'looks like spam') },
      'message_refused',
      'SMTP 554 at DATA',
    ],
    [
      'cannot store the message now',
      { data: says(452, 'disk full') },
      'smtp_unavailable',
      'SMTP 452 at DATA',
    ],
  ])('%s', async (_name, script, failure, detail) => {
    expect(await send(script)).toMatchObject({
      kind: 'failed',
      failure,
      detail,
      statusCode: Number(detail.slice(5, 8)),
      excerpt: expect.stringContaining(detail.slice(5, 8)) as string,
    });
  });

  it.each<[string, SmtpScript, Failure]>([
    ['falls silent before the message', { sender: () => 'silent' }, 'timeout'],
    ['hangs up before the message', { recipient: () => 'hang up' }, 'connection'],
    [
      'falls silent after the message: it may have arrived',
      { data: () => 'silent' },
      'smtp_unconfirmed',
    ],
    [
      'hangs up after the message: it may have arrived',
      { data: () => 'hang up' },
      'smtp_unconfirmed',
    ],
  ])('%s', async (_name, script, failure) => {
    expect(await send(script, { timeoutMs: 500 })).toMatchObject({ kind: 'failed', failure });
  });

  const withLogin = (url: string) => url.replace('smtp://', 'smtp://user:p%40ssw0rd-xyz@');

  it('accepts our login gets it as the config has it', async () => {
    const seen: string[] = [];
    expect(
      await send(
        { login: (user, password) => (seen.push(user, password), null) },
        { url: withLogin },
      ),
    ).toMatchObject({ kind: 'delivered' });
    expect(seen).toEqual(['user', 'p@ssw0rd-xyz']);
  });

  it('refuses our login, and repeats it, is quoted without the password', async () => {
    const encoded = Buffer.from('\u0000user\u0000p@ssw0rd-xyz').toString('base64');
    const outcome = await send(
      { login: (_, password) => ({ code: 535, text: `bad password ${password} in ${encoded}` }) },
      { url: withLogin },
    );

    expect(outcome).toMatchObject({
      failure: 'smtp_login',
      statusCode: 535,
      excerpt: '535 bad password <secret> in <secret>',
    });
  });

  it('cannot check our login now is tried later', async () => {
    expect(await send({ login: says(454, 'directory down') }, { url: withLogin })).toMatchObject({
      failure: 'smtp_unavailable',
    });
  });

  it('offers TLS with a certificate that nobody signed is not trusted, once TLS is required', async () => {
    expect(
      await send({}, { startTls: true, url: (url) => `${url}?requireTLS=true` }),
    ).toMatchObject({ failure: 'smtp_tls' });
    expect(server?.mails).toEqual([]);
  });

  it('offers no TLS where it is required gets no mail', async () => {
    expect(await send({}, { url: (url) => `${url}?requireTLS=true` })).toMatchObject({
      kind: 'failed',
      failure: 'smtp_tls',
    });
    expect(server?.mails).toEqual([]);
  });

  it('does not listen refuses the connection', async () => {
    expect(await send({}, { url: () => 'smtp://127.0.0.1:9' })).toMatchObject({
      failure: 'connection',
      detail: 'ECONNREFUSED',
    });
  });

  it('does not exist is a failure of the name service', async () => {
    expect(await send({}, { url: () => 'smtp://nowhere.invalid' })).toMatchObject({
      failure: 'dns',
    });
  });

  it('is sending when Tidemark stops is left', async () => {
    const stop = new AbortController();
    expect(
      await send({ recipient: () => (stop.abort(), 'silent') }, { signal: stop.signal }),
    ).toMatchObject({ failure: 'stopped' });
  });
});
