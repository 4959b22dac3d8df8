// A world of a given size: a file as the program would have left it, with what is measured on it.
import { join } from 'node:path';
import { makeSecret } from '../../../src/lib/secret.ts';
import { deliverDue } from '../../../src/delivery/dispatch.ts';
import { enqueue } from '../../../src/delivery/enqueue.ts';
import { syncConfig } from '../../../src/store/series/apply-config.ts';
import { dailyUpkeep } from '../../../src/store/upkeep.ts';
import { alertsMessage } from '../../delivery/sample-messages.ts';
import { makeDigest } from '../../digest/market-world.ts';
import {
  copyLists,
  fillDelivered,
  fillFile,
  fillLedger,
  fillOpenAlerts,
} from '../../support/grown-file.ts';
import {
  dayAt,
  makeAccount,
  makeHook,
  makeRule,
  makeWatch,
  makeWorld,
  type World,
} from '../../support/world.ts';
import { storeDay } from '../market-day.ts';
import { letOldListsLeave } from './leave.ts';
import { TWENTY_RULES } from '../pass.ts';
import { asServed, eachDay, LAST_DAY } from './lists.ts';
import type { Size } from './size.ts';

/** Its alerts stay open for as long as their products stay away. */
const LEFT = makeRule({ name: 'gone', when: "status = 'left'" });

export type Grown = World & {
  size: Size;
  seriesId: number;
  watchId: number;
};

const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Builds the worlds together: each list is made once. Their clocks stand just after the slot of the last day. */
export async function buildWorlds(
  folder: string,
  sizes: readonly Size[],
  hookUrl: string,
): Promise<Grown[]> {
  const worlds = sizes.map((size, at) => open(join(folder, `${at}.db`), size, hookUrl));
  eachDay((day, rows) => {
    if (day > LAST_DAY) return;
    const wanted = worlds.filter(({ size }) => day > LAST_DAY - size.days);
    if (wanted.length === 0) return;
    const ranked = asServed(rows).pages.flatMap(({ rows: served }) => served);
    for (const { db, watchId, seriesId } of wanted)
      db.transaction(() =>
        storeDay(
          db,
          { watchId, seriesId },
          day,
          ranked.flatMap((row, index) =>
            row.product === null ? [] : [{ ...row, rank: index + 1 }],
          ),
        ),
      );
  });
  for (const world of worlds) await fill(world);
  return worlds;
}

/** Those that people write, and then others that hardly ever fire. */
const rulesOf = (count: number) =>
  Array.from(
    { length: count },
    (_, at) =>
      TWENTY_RULES[at] ?? makeRule({ name: `rare-${at}`, when: `rank_gain > ${450 + (at % 50)}` }),
  );

/** A watch of each of 20 regions, then of the next category. */
const watchAt = (at: number) =>
  makeWatch({
    name: at === 0 ? 'us-daily' : `other-${at}`,
    region: at % 20 === 0 ? 'US' : `X${String.fromCharCode(65 + (at % 20))}`,
    category: at < 20 ? null : String(Math.floor(at / 20)),
  });

function open(path: string, size: Size, hookUrl: string) {
  const world = makeWorld({
    database: path,
    watches: Array.from({ length: size.watches }, (_, at) => watchAt(at)),
    rules: [...rulesOf(size.rules), LEFT],
    channels: [makeHook({ url: makeSecret(hookUrl) })],
    sources: [makeAccount({ dailyCredits: 1e9 })],
    digests: [makeDigest()],
  });
  world.clock.jump(dayAt(LAST_DAY) - world.clock.now() + 60_000);
  world.db.raw.pragma('synchronous = OFF');
  const ids = world.db.transaction(() => syncConfig(world.db, world.config, dayAt(LAST_DAY)));
  const row = ids.watches.get('us-daily');
  if (row === undefined) throw new Error('no watch');
  return { ...world, ...row, size };
}

async function fill(world: Grown): Promise<void> {
  const { db, size, seriesId, config, clock } = world;
  const [channel] = config.channels;
  if (channel === undefined) throw new Error('no channel');
  // One delivered for real: the others are copies of it.
  const key = 'first';
  db.transaction(() =>
    enqueue(db, { key, channel, message: alertsMessage(), alerts: [], now: clock.now() }),
  );
  await deliverDue({
    ...{ db, log, channels: config.channels, smtp: null, timezone: 'UTC' },
    ...{ clock, random: () => 0.5 },
  });
  db.raw.exec('UPDATE notifications SET created_at = created_at - 40 * 86400000');
  await dailyUpkeep(db, config.retention, clock);
  db.transaction(() => {
    db.raw.pragma('defer_foreign_keys = ON');
    letOldListsLeave(db, seriesId, size.inLake);
    fillDelivered(db, size.delivered);
    fillOpenAlerts(db, size.openAlerts, { rule: LEFT.name, seriesId });
    copyLists(db, seriesId);
    if (size.rows > 0) fillFile(db, seriesId, size.rows);
    fillLedger(db, size.requests, Math.floor(clock.now() / 86_400_000) * 86_400_000);
  });
  await dailyUpkeep(db, config.retention, clock);
  db.raw.pragma('synchronous = FULL');
  db.raw.pragma('wal_checkpoint(TRUNCATE)');
}
