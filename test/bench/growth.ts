// What grows, and what must not: the cost of what the daemon does again and again, by how large its world is. CPU,
// medians of alternated runs on worlds that differ in one thing; aims are those that were set.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { intervalMs } from '../../src/schedule/slots.ts';
import { dayAt } from '../support/world.ts';
import { asServed, eachDay, LAST_DAY } from './growth/lists.ts';
import { LIVED_IN, SMALLEST, type Size } from './growth/size.ts';
import {
  DELIVERY,
  DIGEST,
  IDLE_SECONDS,
  LEADERBOARD,
  passOf,
  STATUS,
  TICK,
  type Work,
} from './growth/work.ts';
import { buildWorlds, type Grown } from './growth/world.ts';
import { alternate, cpuMs } from './measure.ts';

/** At most so many times the smallest, or so many milliseconds. */
type Aim = { ratio: number } | { ms: number };
type Table = { what: string; sizes: Partial<Size>[]; aims: Record<string, Aim> };

const FLAT: Aim = { ratio: 1.1 };
const IDLE = { [TICK.what]: { ms: 5 }, [IDLE_SECONDS.what]: { ms: 5 } };

const TABLES: Table[] = [
  {
    what: 'days of history of the list',
    sizes: [{ days: 11 }, { days: 110 }, { days: 1_095 }],
    aims: { pass: FLAT, ...IDLE },
  },
  {
    what: 'days of history, and how many of them are in a lake alone',
    sizes: [{ days: 95 }, { days: 365, inLake: 270 }, { days: 1_095, inLake: 1_000 }],
    aims: { pass: FLAT, ...IDLE },
  },
  {
    what: 'thousands of observations of other lists',
    sizes: [{ rows: 0 }, { rows: 300 }, { rows: 3_000 }],
    aims: { pass: FLAT, ...IDLE },
  },
  {
    what: 'watches',
    sizes: [{ watches: 1 }, { watches: 10 }, { watches: 165 }, { watches: 1_000 }],
    aims: { pass: FLAT, ...IDLE },
  },
  { what: 'rules', sizes: [{ rules: 1 }, { rules: 20 }, { rules: 100 }], aims: IDLE },
  {
    what: 'open alerts of products that stay away',
    sizes: [{ openAlerts: 0 }, { openAlerts: 1_000 }, { openAlerts: 10_000 }],
    aims: IDLE,
  },
  {
    what: 'delivered messages',
    sizes: [{ delivered: 0 }, { delivered: 20_000 }, { delivered: 100_000 }],
    aims: IDLE,
  },
  {
    what: 'requests of today, with daily_credits',
    sizes: [{ requests: 0 }, { requests: 4_000 }, { requests: 100_000 }],
    aims: { pass: FLAT, ...IDLE },
  },
  { what: 'all at once', sizes: [SMALLEST, LIVED_IN], aims: IDLE },
];

/** Of a pass, both are warm by then. */
const PASSES = { rounds: 30, warmUp: 30 };
const OTHERS = { rounds: 9, warmUp: 3 };

export async function benchGrowth(): Promise<void> {
  const lists: ReturnType<typeof asServed>[] = [];
  eachDay((day, rows) => {
    if (day >= LAST_DAY) lists.push(asServed(rows));
  });
  const receiver = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'hook-server.ts')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [line] = (await once(receiver.stdout, 'data')) as [Buffer];
    // Passes last: they move the clock on.
    const works = [TICK, IDLE_SECONDS, DELIVERY, STATUS, LEADERBOARD, DIGEST, passOf(lists)];
    for (const table of TABLES) await benchTable(table, works, String(line).trim());
  } finally {
    receiver.kill();
  }
  benchIntervals();
}

async function benchTable({ what, sizes, aims }: Table, works: Work[], url: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const worlds = await buildWorlds(
    folder,
    sizes.map((size) => ({ ...SMALLEST, ...size })),
    url,
  );
  const heads = sizes.map((size) => Object.values(size).join('/'));
  process.stdout.write(`growth by ${what}, ms CPU: ${heads.join(' | ')}\n`);
  for (const work of works) {
    const ms = await measure(worlds, work);
    const ratio = (ms.at(-1) ?? NaN) / (ms[0] ?? NaN);
    const cells = ms.map((each) => each.toFixed(2)).join(' | ');
    const aim = aims[work.what];
    process.stdout.write(
      `  ${work.what}: ${cells}: ${ratio.toFixed(2)} times${aimText(aim, ms)}\n`,
    );
  }
  for (const world of worlds) world.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(worlds: readonly Grown[], work: Work): Promise<number[]> {
  const { rounds, warmUp } = work.what === 'pass' ? PASSES : OTHERS;
  const contenders = worlds.map((world, at) => {
    const done = work.on(world);
    return {
      name: String(at),
      prepare: () => done.prepare?.(),
      run: async () => {
        for (let time = 0; time < work.times; time++) await done.run();
      },
    };
  });
  const sums = await alternate(contenders, rounds, warmUp, cpuMs);
  return sums.map((sum) => sum / (work.times * work.units));
}

function aimText(aim: Aim | undefined, ms: readonly number[]): string {
  if (aim === undefined) return '';
  const most = Math.max(...ms);
  const isMet = 'ms' in aim ? most <= aim.ms : most / (ms[0] ?? NaN) <= aim.ratio;
  const text = 'ms' in aim ? `${aim.ms} ms` : `${aim.ratio} times`;
  return `, aim at most ${text}${isMet ? '' : '  MISSED'}`;
}

/** At its first use, for schedules of every kind. */
function benchIntervals(): void {
  const took = [
    '* * * * *',
    '*/5 * * * *',
    '*/15 * * * *',
    '7 * * * *',
    '0 6 * * *',
    '0 6 1 * *',
  ].map((schedule) => {
    const before = cpuMs();
    intervalMs(schedule, 'America/New_York', dayAt(LAST_DAY));
    return cpuMs() - before;
  });
  const most = Math.max(...took);
  process.stdout.write(
    `growth: the interval of a schedule at its first use, the dearest of ${took.length}: ${most.toFixed(2)} ms, aim at most 5${most <= 5 ? '' : '  MISSED'}\n`,
  );
}
