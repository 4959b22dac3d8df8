import type { lookup } from 'node:dns';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { guardedLookup, isBlockedLiteral, isPublicAddress } from '../../src/lib/address-guard.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';

const BLOCKED =
  `10.254.0.0 192.168.10.65 172.16.10.65 0.1.2.3 0.0.0.0 127.0.0.1 127.254.254.254 169.254.45.1 169.254.169.254 255.255.255.255 224.1.2.3
  233.252.0.16 192.0.0.0 192.0.0.255 192.0.2.255 198.51.100.65 203.0.113.6 100.100.0.0 192.88.99.3 198.18.0.0 240.240.240.240 :: ::1 ::ffff:127.0.0.1
  ::ffff:0.0.0.1 ::ffff:7f00:1 2001:db8::1 3fff::dead:beef fe80::dead:beef febf:ffff::dead:beef fdee:3a45:9057::1 fd7a:115c:a1e0::1 2002:c000:204::1
  2002:c0a8:1::1 64:ff9b::c0a8:0 64:ff9b::808:808 64:ff9b:1::1 5f00::1 100::1:2:3:4 fe80::1%eth0 2001:0:1::1 ::127.0.0.1 ::7f00:1 ::808:808 ::ffff:0:808:808 4000::1 2620:4f:8000::1 2001:20::1 fec0::1 ff02::1 localhost not-an-address ''`.split(
    /\s+/,
  );
const PUBLIC =
  '1.1.1.1 8.8.8.8 2001:4860:4860::8888 ::ffff:8.8.8.8 100.128.0.1 172.32.0.1 192.0.1.1'.split(' ');

describe('addresses', () => {
  it.each(BLOCKED)('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));
  it.each(PUBLIC)('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
});

describe('literal hosts', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://１２７.０.０.１/',
    'http://127。0。0。1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0/',
    'http://[fd00::1]:8080/',
    'http://[::127.0.0.1]/',
    'http://[::10.0.0.1]/',
  ])('%s is blocked', (url) => expect(isBlockedLiteral(new URL(url))).toBe(true));

  it.each([
    'http://8.8.8.8/',
    'https://[2001:4860:4860::8888]/',
    'https://example.com/',
    'http://localhost/',
  ])('%s is left to the lookup, or is public', (url) => {
    expect(isBlockedLiteral(new URL(url))).toBe(false);
  });
});

describe('names', () => {
  let receiver: Receiver | undefined;
  afterEach(() => receiver?.close());

  const resolvesTo = (...answers: string[][]): typeof lookup => {
    let call = 0;
    const fake = (
      _name: string,
      _options: object,
      callback: (error: null, addresses: { address: string; family: number }[]) => void,
    ) =>
      callback(
        null,
        (answers[Math.min(call++, answers.length - 1)] ?? []).map((address) => ({
          address,
          family: address.includes(':') ? 6 : 4,
        })),
      );
    return fake as unknown as typeof lookup;
  };

  const fetchThrough = async (resolve: typeof lookup) => {
    receiver = await startReceiver();
    const agent = new Agent({ connect: { lookup: guardedLookup(resolve) } });
    try {
      const { port } = new URL(receiver.url);
      return (await request(`http://rebinding.test:${port}/`, { dispatcher: agent })).statusCode;
    } finally {
      await agent.destroy();
    }
  };

  it('that resolve to loopback are blocked when connecting', async () => {
    await expect(fetchThrough(resolvesTo(['127.0.0.1']))).rejects.toMatchObject({ code: 'ESSRF' });
    expect(receiver?.received).toEqual([]);
  });

  it('that were public when they were checked, and resolve to loopback when connecting, are blocked', async () => {
    const resolve = resolvesTo(['8.8.8.8'], ['127.0.0.1']);
    await new Promise<void>((done) => resolve('rebinding.test', { all: true }, () => done()));

    await expect(fetchThrough(resolve)).rejects.toMatchObject({ code: 'ESSRF' });
    expect(receiver?.received).toEqual([]);
  });

  it('with a public and a private address are blocked: which one is used is not ours to choose', async () => {
    await expect(fetchThrough(resolvesTo(['8.8.8.8', '192.168.1.1']))).rejects.toMatchObject({
      code: 'ESSRF',
    });
  });

  it('without any address are blocked', async () => {
    await expect(fetchThrough(resolvesTo([]))).rejects.toMatchObject({ code: 'ESSRF' });
  });

  it('give Node the form it asks for: all addresses, or one with its family', () => {
    const given: unknown[] = [];
    const guarded = guardedLookup(resolvesTo(['8.8.8.8', '1.1.1.1']));
    guarded('x.test', { all: true }, (...answer) => given.push(answer));
    guarded('x.test', {}, (...answer) => given.push(answer));

    expect(given).toEqual([
      [
        null,
        [
          { address: '8.8.8.8', family: 4 },
          { address: '1.1.1.1', family: 4 },
        ],
      ],
      [null, '8.8.8.8', 4],
    ]);
  });
});
