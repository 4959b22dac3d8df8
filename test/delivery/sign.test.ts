import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../src/delivery/channels/webhook/sign.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { readWebhookSecret } from '../../src/lib/webhook-secret.ts';

// Published by Standard Webhooks and Svix (A, B), or derived from those with node:crypto and the reference library (D).
const KEY_A = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const KEY_B = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const KEY_64 =
  'whsec_TUdfVE5UMnZlci1TeWxOYXQtX1ZlTW1kLTRtMFdhYmEwanIxdHJvenRCbmlTQ2hFdzBnbHhFbWdFaTJLdzQwSA==';
const ID_A = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const BODY_A = '{"test": 2432232314}';
const SIGNED_A = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const SIGNED_A_BY_B = 'v1,78nXHjpFP0tVJQW5D0SBwmVyyW87BV/rL6MgfM/Bw44=';

const VECTORS = [
  { name: 'A: the reference tests', secrets: [KEY_A], signature: SIGNED_A },
  { name: 'A without the prefix', secrets: [KEY_A.slice('whsec_'.length)], signature: SIGNED_A },
  {
    name: 'B: the Rust test',
    secrets: [KEY_B],
    id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
    at: 1_649_367_553,
    body: '{"email":"test@example.com","username":"test_user"}',
    signature: 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
  },
  {
    name: 'D1: UTF-8 in the body',
    secrets: [KEY_A],
    body: '{"t":"保湿 🧴"}',
    signature: 'v1,ZZTyfiX89gZ1X0JGDC7ZtZunwTAY8HvcFkJiGT/os4Q=',
  },
  {
    name: 'D2: an empty body',
    secrets: [KEY_A],
    body: '',
    signature: 'v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A=',
  },
  {
    name: 'D3: a retry 5 minutes later',
    secrets: [KEY_A],
    at: 1_614_265_630,
    signature: 'v1,oyLs6Hby/GAMWTm5rGjFbRGSTs+49Naq2VregV+YfPQ=',
  },
  { name: 'D4: another key', secrets: [KEY_B], signature: SIGNED_A_BY_B },
  {
    name: 'D4: rotation, the new key first',
    secrets: [KEY_B, KEY_A],
    signature: `${SIGNED_A_BY_B} ${SIGNED_A}`,
  },
  {
    name: 'D4: rotation, the old key first',
    secrets: [KEY_A, KEY_B],
    signature: `${SIGNED_A} ${SIGNED_A_BY_B}`,
  },
  {
    name: 'D5: a key of 64 bytes',
    secrets: [KEY_64],
    signature: 'v1,qQ4BohQg4x0bisDZXDZS3z9xM+xMTDrsNp+Sm5q9YKI=',
  },
  {
    name: 'D6: the body without its space',
    secrets: [KEY_A],
    body: '{"test":2432232314}',
    signature: 'v1,Vif40peJBP7Iyl0XGmu61n4MwdrcHov5CFREBpE0svs=',
  },
];

describe('signatures', () => {
  it.each(VECTORS)(
    '$name',
    ({ secrets, id = ID_A, at = 1_614_265_330, body = BODY_A, signature }) => {
      const headers = signatureHeaders({ id, at: at * 1000 + 999, body }, secrets.map(makeSecret));

      expect(headers).toEqual({
        'webhook-id': id,
        'webhook-timestamp': String(at),
        'webhook-signature': signature,
      });
    },
  );

  it('are accepted by the reference library, whichever key of a rotation the receiver has', () => {
    const at = Date.now();
    const headers = signatureHeaders(
      { id: ID_A, at, body: BODY_A },
      [KEY_B, KEY_A].map(makeSecret),
    );

    for (const secret of [KEY_A, KEY_B])
      expect(new Webhook(secret).verify(BODY_A, headers)).toEqual({ test: 2432232314 });
    expect(() => new Webhook(KEY_64).verify(BODY_A, headers)).toThrow(
      'No matching signature found',
    );
  });

  it('are left out without a secret, and id and timestamp stay', () => {
    expect(signatureHeaders({ id: ID_A, at: 1_614_265_330_000, body: BODY_A }, [])).toEqual({
      'webhook-id': ID_A,
      'webhook-timestamp': '1614265330',
    });
  });

  it('name no secret when one cannot be used', () => {
    expect(() =>
      signatureHeaders({ id: ID_A, at: 0, body: '' }, [makeSecret('whsec_wronglength')]),
    ).toThrow(/^a webhook secret (?!.*wronglength)/);
  });
});

describe('a webhook secret', () => {
  const bytes = (count: number) => Buffer.alloc(count, 7).toString('base64');

  it.each([
    { name: 'nothing', secret: '', problem: 'is empty' },
    { name: 'the prefix alone', secret: 'whsec_', problem: 'is empty' },
    { name: 'a percent sign', secret: 'whsec_%', problem: 'is not base64 after whsec_' },
    {
      name: 'a short word',
      secret: 'whsec_wronglength',
      problem: 'holds 8 bytes; it must be 24 to 64',
    },
    {
      name: 'a misspelt prefix',
      secret: `hwsec_${bytes(32)}`,
      problem: 'is not base64 after whsec_',
    },
    {
      name: '23 bytes',
      secret: `whsec_${bytes(23)}`,
      problem: 'holds 23 bytes; it must be 24 to 64',
    },
    {
      name: '81 bytes',
      secret: `whsec_${bytes(81)}`,
      problem: 'holds 81 bytes; it must be 24 to 64',
    },
    {
      name: 'a signature version pasted along',
      secret: `v1,whsec_${bytes(32)}`,
      problem: 'starts with "v1,": leave that out, a secret is whsec_ and base64',
    },
  ])('is refused when it is $name', ({ secret, problem }) => {
    expect(readWebhookSecret(secret)).toEqual({ problem });
  });

  it.each([24, 32, 64])('of %i bytes is read', (count) => {
    expect(readWebhookSecret(`whsec_${bytes(count)}`)).toEqual({ key: Buffer.alloc(count, 7) });
  });
});
