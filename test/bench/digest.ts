// A weekly digest over 60 watches of 500 rows, with a year of history behind it, and its mail with all pictures.
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { buildDigest } from '../../src/digest/build.ts';
import { DAY_MS, HOUR_MS, isoTime } from '../../src/lib/clock.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { makeDigest } from '../digest/market-world.ts';
import { dayAt, makeConfig, makeWatch } from '../support/world.ts';
import { median } from './measure.ts';
import { yearOfLists } from './year-of-lists.ts';

const DAYS = 365;
const ROUNDS = 7;
const AIM_MS = 2_000;

export async function benchDigest(): Promise<void> {
  const watches = Array.from({ length: 60 }, (_, index) =>
    makeWatch({ name: `list-${index + 1}` }),
  );
  const path = yearOfLists(watches, DAYS);
  const slotAt = dayAt(DAYS - 1) + 2 * HOUR_MS;
  const request = {
    config: makeConfig({ watches }),
    digest: makeDigest(),
    period: { sinceAt: slotAt - 7 * DAY_MS, slotAt, periods: 1 },
    origin: 'schedule',
  } as const;
  const built: number[] = [];
  const written: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // A connection of its own each time: what the daemon finds after a week of other work.
    const db = openDatabase(path, { create: false });
    const startedAt = performance.now();
    const data = buildDigest(db, request);
    const builtAt = performance.now();
    const { pictures } = digestMail(
      { type: 'digest.ready', timestamp: isoTime(slotAt), data },
      'team-mail',
    );
    for (const { draw } of pictures) draw();
    built.push(builtAt - startedAt);
    written.push(performance.now() - builtAt);
    db.close();
    if (data.climbers.total < watches.length || data.left.total === 0 || pictures.length < 10)
      throw new Error('the digest has nothing to say: this measures nothing');
  }
  const slowest = Math.max(...built);
  process.stdout.write(
    `a weekly digest over ${watches.length} watches of 500 rows, with ${DAYS} days of history\n  built in ${median(built).toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms, aim at most ${AIM_MS} ms${slowest <= AIM_MS ? '' : '  MISSED'}; its mail and pictures ${median(written).toFixed(0)} ms\n`,
  );
}
