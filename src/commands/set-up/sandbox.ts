// `tidemark sandbox`: the simulated source on loopback, to try a config without spending credits.
import {
  DAY_MS,
  isoTime,
  MINUTE_MS,
  SECOND_MS,
  type Clock,
  type Instant,
} from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { ALL_FAULT_NAMES, describeFault, type InjectedFault } from '../../sandbox/faults.ts';
import { GOODS_REGIONS } from '../../sandbox/goods/goods.ts';
import { createGoodsMarket } from '../../sandbox/goods/rankings.ts';
import { createMarket, TIME_SCOPES, utcDay } from '../../sandbox/market.ts';
import { ALL_REGIONS, REGIONS } from '../../sandbox/regions.ts';
import { SANDBOX_TOKEN, startSandbox, type LoggedRequest } from '../../sandbox/server.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable } from '../../terminal/table.ts';

export type SandboxArgs = {
  /** Default 8787, so that a config can name it; 0 takes any free port. */
  port?: number | undefined;
  /** Of the market; default 1. */
  seed?: number | undefined;
  /** UTC day the sandbox starts on, `YYYY-MM-DD`; default today, at this time of day. */
  day?: string | undefined;
  /** Simulated seconds per second, at most 86,400; default 1. With 1440 a day takes a minute. */
  speed?: number | undefined;
  /** `name[,day=YYYY-MM-DD][,page=N][,region=CODE][,times=N]`, each. */
  fault?: string[] | undefined;
  credits?: number | undefined;
  token?: string | undefined;
  /** List the faults, and serve nothing. */
  faults?: boolean | undefined;
  json?: boolean | undefined;
};

const DEFAULT_PORT = 8787;
const MAX_PORT = 65_535;
/** A day in a second. */
const MAX_SPEED = DAY_MS / SECOND_MS;

const usage = (message: string, hint: string): AppError => new AppError('usage', message, { hint });

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  utcDay(Date.parse(text)) === text;

/** Reads `http_503,day=2026-11-24,page=3,times=2`; an AppError names what is wrong with it. */
export function parseFault(text: string): InjectedFault {
  const [name = '', ...settings] = text.split(',').map((part) => part.trim());
  const fault = ALL_FAULT_NAMES.find((known) => known === name);
  if (fault === undefined) {
    const meant = nearest(name, ALL_FAULT_NAMES);
    throw usage(
      `unknown fault "${name}"`,
      `${meant === undefined ? '' : `did you mean "${meant}"? `}--faults lists all`,
    );
  }
  const injected: InjectedFault = { fault };
  for (const setting of settings) {
    const [key = '', value = ''] = setting.split('=');
    if (key === 'day' && isDay(value)) injected.day = value;
    else if (key === 'region' && [ALL_REGIONS, ...REGIONS, ...GOODS_REGIONS].includes(value))
      injected.region = value;
    else if ((key === 'page' || key === 'times') && /^[1-9]\d{0,5}$/.test(value))
      injected[key] = Number(value);
    else
      throw usage(
        `bad setting "${setting}" of fault ${name}`,
        'settings are day=YYYY-MM-DD, page=N, times=N and region=CODE',
      );
  }
  return injected;
}

/**
 * A clock that starts at `startAt` and runs `speed` times as fast as `clock`. Sleeping on it is
 * shorter by as much.
 */
function fasterClock(clock: Clock, startAt: Instant, speed: number): Clock {
  const zero = clock.now();
  return {
    now: () => Math.floor(startAt + (clock.now() - zero) * speed),
    monotonicMs: () => clock.monotonicMs() * speed,
    sleep: (ms, signal) => clock.sleep(ms / speed, signal),
  };
}

/**
 * What time it is in the sandbox when it starts: with a day that is shorter than a real one, such
 * that midnight falls between whole minutes. Schedules fall on those, and a list whose day ends
 * while it is read is `partial`.
 */
export function sandboxStart(now: Instant, speed: number): Instant {
  if (speed <= 1) return now;
  const realDay = DAY_MS / speed;
  const midnight = Math.min(realDay, MINUTE_MS) / 2;
  const passed = ((now - midnight) % realDay) / realDay;
  return Math.floor(now / DAY_MS) * DAY_MS + Math.floor(passed * DAY_MS);
}

function faultList(asJson: boolean): string {
  const faults = ALL_FAULT_NAMES.map((name) => {
    const { scope, description } = describeFault(name);
    return { name, scope, description };
  });
  if (asJson) return `${JSON.stringify(faults)}\n`;
  return formatTable(
    [{ head: 'fault' }, { head: 'of a' }, { head: 'what happens' }],
    faults.map(({ name, scope, description }) => [name, scope, description]),
  );
}

/** Paths come from outside: they are shown as JSON text, without control characters. */
function requestLine({ at, method, path, request, says, status, faults }: LoggedRequest): string {
  const other = says ?? `${method} ${JSON.stringify(path.slice(0, 80))}`;
  const asked =
    request === null ? other : `page ${request.page} of ${request.region}, ${request.timeScope}d`;
  return `${isoTime(at)}  ${status}  ${asked}${faults.length === 0 ? '' : `  (${faults.join(', ')})`}\n`;
}

/**
 * Serves until `signal` aborts. What it says goes to stderr, a line for each request too; with
 * `json` one line on stdout says where it listens, for scripts. Returns the exit code.
 */
export async function runSandbox(io: Io, args: SandboxArgs, signal: AbortSignal): Promise<number> {
  if (args.faults) {
    io.stdout(faultList(args.json ?? false));
    return 0;
  }
  const { seed = 1, speed = 1, token = SANDBOX_TOKEN, port = DEFAULT_PORT } = args;
  if (!(port <= MAX_PORT))
    throw usage(
      `port must be a whole number from 0 to ${MAX_PORT} (got ${port})`,
      '0 takes any free one',
    );
  if (!(speed > 0 && speed <= MAX_SPEED))
    throw usage(
      `speed must be more than 0 and at most ${MAX_SPEED} (got ${speed})`,
      '1 is real time; with 1440 a day takes a minute',
    );
  if (args.day !== undefined && !isDay(args.day))
    throw usage(
      `day must be YYYY-MM-DD (got ${args.day})`,
      'it is the UTC day on which the sandbox starts',
    );
  const faults = (args.fault ?? []).map(parseFault);
  const clock = fasterClock(
    io.clock,
    args.day === undefined ? sandboxStart(io.clock.now(), speed) : Date.parse(args.day),
    speed,
  );

  const sandbox = await startSandbox({
    market: createMarket({ seed }),
    goods: createGoodsMarket({ seed }),
    clock,
    port,
    token,
    faults,
    ...(args.credits === undefined ? {} : { credits: args.credits }),
    onRequest: (request) => io.stderr(requestLine(request)),
  }).catch((cause: unknown) => {
    throw new AppError('usage', `cannot listen on port ${port}: ${messageOf(cause)}`, {
      hint: 'choose another with --port, or --port 0 for any free one',
      cause,
    });
  });
  if (args.json)
    io.stdout(
      `${JSON.stringify({ url: sandbox.url, token, seed, day: utcDay(clock.now()), speed })}\n`,
    );
  io.stderr(
    `The sandbox listens on ${sandbox.url}. Its time is ${isoTime(clock.now())}${speed === 1 ? '' : `, running ${speed} times as fast`}.\n`,
  );
  io.stderr(
    `Put this into tidemark.yaml:\n\nsource:\n  base_url: ${sandbox.url}\n  token: ${JSON.stringify(token)}\n\n`,
  );
  io.stderr(
    `Regions: ${[...REGIONS, ALL_REGIONS].join(', ')}. Time scopes: ${TIME_SCOPES.join(', ')}. Rankings of products, shops, creators and videos: ${GOODS_REGIONS.join(', ')}. --faults lists what can go wrong on request. Ctrl-C stops.\n`,
  );

  await new Promise<void>((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  await sandbox.close();
  return 0;
}
