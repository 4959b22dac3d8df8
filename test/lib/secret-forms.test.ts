import { describe, expect, it } from 'vitest';
import { makeSecret, redact } from '../../src/lib/secret.ts';
import { smtpSecrets } from '../../src/delivery/channels/email/smtp-secrets.ts';
import { webhookSecrets } from '../../src/delivery/channels/webhook/webhook.ts';
import { makeHook, makeSmtp } from '../delivery/outbox-world.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const KEY = Buffer.from('0123456789abcdefghijklmnopqrstuv');
const SIGNING = `whsec_${KEY.toString('base64')}`;
const TOKEN = 'tk_live/9+x=Q&"é z';

describe('a secret is not kept', () => {
  it.each<[string, string]>([
    ['whole', TOKEN],
    ['percent-encoded', encodeURIComponent(TOKEN)],
    [
      'percent-encoded in small letters',
      encodeURIComponent(TOKEN).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ['in a form', new URLSearchParams({ a: TOKEN }).toString().slice(2)],
    ['in a URL', encodeURI(TOKEN)],
    ['in JSON', JSON.stringify(TOKEN).slice(1, -1)],
    ['in JSON by PHP', JSON.stringify(TOKEN).slice(1, -1).replaceAll('/', '\\/')],
    ['in HTML', TOKEN.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in base64', base64(TOKEN)],
    ['in base64 for URLs', Buffer.from(TOKEN).toString('base64url')],
  ])('%s', (_name, form) => {
    expect(redact(`you said ${form}.`, [makeSecret(TOKEN)])).toBe('you said <secret>.');
  });

  it.each([0, 1, 2, 3, 4, 5])('in the base64 of a text, after %i characters', (length) => {
    const text = base64(`${'x'.repeat(length)}${TOKEN}${'y'.repeat(5)}`);
    const kept = redact(text, [makeSecret(TOKEN)]);

    expect(kept).toContain('<secret>');
    const left = Buffer.from(kept.replaceAll('<secret>', ''), 'base64').toString();
    expect(left).not.toContain(TOKEN.slice(2, -2));
    expect(kept.length).toBeLessThan(text.length - TOKEN.length + 8);
  });

  it.each<[string, string]>([
    ['with its prefix', SIGNING],
    ['without its prefix', SIGNING.slice('whsec_'.length)],
    ['for URLs', KEY.toString('base64url')],
    ['decoded', KEY.toString()],
    ['decoded, in hex', KEY.toString('hex')],
  ])('when it signs, %s', (_name, form) => {
    expect(redact(`key ${form}!`, [makeSecret(SIGNING)])).toBe('key <secret>!');
  });

  it.each<[string, string]>([
    ['the header', `Basic ${base64('me:hunter2hunter2')}`],
    ['its value', base64('me:hunter2hunter2')],
    ['its text', 'me:hunter2hunter2'],
    ['its password', 'hunter2hunter2'],
  ])('when it is an Authorization header, as %s', (_name, form) => {
    const channel = makeHook('https://example.com/', {
      headers: { authorization: makeSecret(`Basic ${base64('me:hunter2hunter2')}`) },
    });
    expect(redact(`got ${form}.`, webhookSecrets(channel))).toBe('got <secret>.');
  });

  it('when it is a password of mail, as a login sends it', () => {
    const secrets = smtpSecrets(makeSmtp('smtp://me:p%40ss%23word@mail.example.com'));
    for (const form of [
      'p@ss#word',
      'p%40ss%23word',
      base64('p@ss#word'),
      base64('\0me\0p@ss#word'),
    ])
      expect(redact(`535 ${form}`, secrets), form).toBe('535 <secret>');
  });
});

it('ordinary text stays, also beside a very short secret', () => {
  const text = 'No such product: the list of today is not ready. Try again at 10:00.';
  expect(redact(text, [makeSecret('ab'), makeSecret(TOKEN), makeSecret(SIGNING)])).toBe(text);
});

it('a form is found by the shorter ones that it holds, and is replaced as a whole', () => {
  const password = 'hunter2hunter2';
  const secrets = [makeSecret(`Basic ${base64(`me:${password}`)}`), makeSecret(TOKEN)];
  expect(redact(`a Basic ${base64(`me:${password}`)} b ${password} c ${TOKEN}`, secrets)).toBe(
    'a <secret> b <secret> c <secret>',
  );
});
