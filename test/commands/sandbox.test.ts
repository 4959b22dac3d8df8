import { describe, expect, it } from 'vitest';
import { request } from 'undici';
import {
  runSandbox,
  parseFault,
  sandboxStart,
  type SandboxArgs,
} from '../../src/commands/set-up/sandbox.ts';
import { DAY_MS, isoTime, MINUTE_MS } from '../../src/lib/clock.ts';
import { AppError } from '../../src/lib/errors.ts';
import { ALL_FAULT_NAMES } from '../../src/sandbox/faults.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Io } from '../../src/terminal/io.ts';
import { standingClock, type ServedBody } from '../sandbox/ask.ts';

const ENDPOINT = '/v1/tiktok/insights/products?region=US';

/** Runs the command, hands over once it listens, stops it, and gives what it printed. */
async function serving(
  args: SandboxArgs,
  use: (url: string, clock: ReturnType<typeof standingClock>) => Promise<void>,
) {
  const clock = standingClock('2026-03-02T06:00:00Z');
  const printed = { stdout: '', stderr: '' };
  const stop = new AbortController();
  let listening = () => {};
  const isListening = new Promise<void>((resolve) => (listening = resolve));
  const io: Io = {
    clock,
    env: {},
    cwd: '/',
    isTerminal: false,
    columns: 80,
    color: false,
    stdout: (text: string) => void (printed.stdout += text),
    stderr: (text: string) => {
      printed.stderr += text;
      if (printed.stderr.includes('Ctrl-C')) listening();
    },
  };
  const running = runSandbox(io, { port: 0, ...args }, stop.signal);
  await Promise.race([isListening, running]);
  await use(/base_url: (\S+)/.exec(printed.stderr)?.[1] ?? 'nowhere', clock);
  stop.abort();
  return { code: await running, ...printed };
}

const get = async (url: string, token = 'sandbox') => {
  const { statusCode, body } = await request(url + ENDPOINT, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: statusCode, body: (await body.json()) as ServedBody };
};
const listOn = (day: string, seed = 1) =>
  createMarket({ seed }).list({ region: 'US', timeScope: 1, day }).slice(0, 20);

describe('the time in a sandbox whose days are short', () => {
  it.each([2, 24, 720, 1440, 14_400])(
    'has midnight between whole minutes, whenever it starts: %i times as fast',
    (speed) => {
      const realDay = DAY_MS / speed;
      const distances = Array.from({ length: 97 }, (_, index) => {
        const now = Date.parse('2026-03-02T06:00:00Z') + index * 7_919;
        const untilMidnight = (DAY_MS - (sandboxStart(now, speed) % DAY_MS)) / speed;
        return (now + untilMidnight) % Math.min(realDay, MINUTE_MS);
      });
      const half = Math.min(realDay, MINUTE_MS) / 2;
      for (const distance of distances) expect(Math.abs(distance - half)).toBeLessThan(2);
    },
  );

  it('is that of the real day otherwise, and on the day of now', () => {
    const now = Date.parse('2026-03-02T06:00:42Z');
    expect(sandboxStart(now, 1)).toBe(now);
    expect(sandboxStart(now, 0.5)).toBe(now);
    expect(isoTime(sandboxStart(now, 1440)).slice(0, 10)).toBe('2026-03-02');
  });
});

describe('tidemark sandbox', () => {
  it('serves until it is stopped, prints a source for the config to stderr and nothing to stdout', async () => {
    const { code, stdout, stderr } = await serving({}, async (url) => {
      expect((await get(url)).body.data.list).toEqual(listOn('2026-03-02'));
    });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /source:\n {2}base_url: http:\/\/127\.0\.0\.1:\d+\n {2}token: "sandbox"\n/,
    );
    expect(stderr).toContain('2026-03-02T06:00:00.000Z  200  page 1 of US, 1d\n');
  });

  it('refuses connections after it was stopped', async () => {
    let listened = '';
    await serving({}, async (url) => void (listened = url));
    await expect(get(listened)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('prints one JSON line with --json, for scripts', async () => {
    const { stdout } = await serving({ json: true, seed: 3, token: 'mine' }, async () => undefined);
    expect(JSON.parse(stdout)).toEqual({
      url: expect.stringMatching(/^http:\/\/127/) as string,
      token: 'mine',
      seed: 3,
      day: '2026-03-02',
      speed: 1,
    });
  });

  it('takes seed, token, credits and faults', async () => {
    const { stderr } = await serving(
      { seed: 3, token: 'mine', credits: 4, fault: ['http_503,page=1,times=1'] },
      async (url) => {
        expect((await get(url)).status).toBe(401);
        expect((await get(url, 'mine')).status).toBe(503);
        expect((await get(url, 'mine')).body.data.list).toEqual(listOn('2026-03-02', 3));
        expect((await get(url, 'mine')).status).toBe(402);
      },
    );
    expect(stderr).toContain('503  page 1 of US, 1d  (http_503)\n');
  });

  it('starts on the day it is told, and lets time run faster', async () => {
    const { stderr } = await serving({ day: '2025-12-31', speed: 1440 }, async (url, clock) => {
      expect((await get(url)).body.data.list).toEqual(listOn('2025-12-31'));
      clock.set('2026-03-02T06:01:00Z');
      expect((await get(url)).body.data.list).toEqual(listOn('2026-01-01'));
    });
    expect(stderr).toContain('Its time is 2025-12-31T00:00:00.000Z, running 1440 times as fast.');
  });

  it('lists every fault with --faults, and serves nothing', async () => {
    const text = await serving({ faults: true }, async () => undefined);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(
      text.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0])
        .filter((word) => ALL_FAULT_NAMES.some((name) => name === word)),
    ).toEqual(ALL_FAULT_NAMES);
    const { stdout } = await serving({ faults: true, json: true }, async () => undefined);
    expect(JSON.parse(stdout)).toContainEqual({
      name: 'hang',
      scope: 'page',
      description: 'No answer, ever',
    });
  });

  it('says so when its port is taken', async () => {
    const other = await startSandbox({
      market: createMarket({ seed: 1 }),
      clock: standingClock('2026-03-02T06:00:00Z'),
    });
    const error: unknown = await serving({ port: other.port }, async () => undefined).catch(
      (thrown: unknown) => thrown,
    );
    await other.close();
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`cannot listen on port ${other.port}`) as string,
      hint: expect.stringContaining('--port 0') as string,
    });
  });

  it.each<[string, SandboxArgs, string]>([
    ['a day that does not exist', { day: '2026-02-30' }, 'day must be YYYY-MM-DD (got 2026-02-30)'],
    ['a speed of nothing', { speed: 0 }, 'speed must be more than 0'],
    ['an unknown fault', { fault: ['http_50'] }, 'unknown fault "http_50"'],
  ])('refuses %s', async (_, args, message) => {
    await expect(serving(args, async () => undefined)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('parseFault', () => {
  it.each([
    ['hang', { fault: 'hang' }],
    ['http_503,page=3,times=2', { fault: 'http_503', page: 3, times: 2 }],
    [
      'frozen_list, day=2026-11-24, region=all_regions',
      { fault: 'frozen_list', day: '2026-11-24', region: 'all_regions' },
    ],
  ])('reads %s', (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  it.each([
    'hang,page=0',
    'hang,times=x',
    'hang,day=24.11.2026',
    'hang,region=UK',
    'hang,pages=2',
    'hang,',
  ])('refuses %s and says what can be set', (text) => {
    expect(() => parseFault(text)).toThrow(
      expect.objectContaining({
        code: 'usage',
        hint: expect.stringContaining('day=YYYY-MM-DD') as string,
      }) as Error,
    );
  });

  it('suggests the fault that was meant', () => {
    expect(() => parseFault('slow-drip')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('"slow_drip"') as string }) as Error,
    );
  });
});
