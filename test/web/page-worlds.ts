// Worlds whose pages are hard to show: a list with every kind of gap, nothing at all yet, a storm of
// alerts, and names that no table has room for.
import type { Config } from '../../src/config/config.ts';
import { runDueDigests } from '../../src/digest/run-due.ts';
import { HOUR_MS } from '../../src/lib/clock.ts';
import { insertSilence } from '../../src/store/alerts/silences.ts';
import { getHealth, saveHealth } from '../../src/store/outbox/channel-health.ts';
import { makeMail } from '../delivery/outbox-world.ts';
import { makeDigest, marketList, takeDays } from '../digest/market-world.ts';
import {
  dayAt,
  fetchedList,
  makeHook,
  makeRule,
  makeWatch,
  makeWeb,
  makeWorld,
  type RowSpec,
  type World,
} from '../support/world.ts';

/** How a world is made for a page that listens there. */
type Place = { listen: { host: string; port: number }; overrides?: Partial<Config> };

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What a month of a list comes to: digests written, a delivery given up, a channel that is ill. */
function livedIn(world: World): void {
  const { db, config, clock } = world;
  runDueDigests({ db, config, clock, log: QUIET });
  db.raw.exec(`UPDATE deliveries SET state = 'delivered', delivered_at = next_attempt_at + 900
    WHERE id % 3 > 0`);
  db.raw.exec(`UPDATE deliveries SET state = 'dead', attempts = 8,
    reason = 'HTTP 503: the server said: upstream connect error or disconnect/reset before headers'
    WHERE id % 7 = 0`);
  saveHealth(db, {
    ...getHealth(db, 'hook'),
    failures: 9,
    failingSinceAt: clock.now() - 5 * HOUR_MS,
    disabledAt: clock.now() - HOUR_MS,
    reason: 'HTTP 410',
  });
  insertSilence(
    db,
    {
      rule: 'climbs',
      watch: null,
      product: null,
      untilAt: clock.now() + 72 * HOUR_MS,
      reason: 'a sale in all shops, told to everyone on Monday',
    },
    clock.now(),
  );
}

/** Some weeks of a list with a slot of every kind, and alerts, digests, silences, deliveries. */
export async function gapsWorld({ listen, overrides }: Place): Promise<World> {
  const world = makeWorld({
    web: makeWeb({ listen }),
    watches: [makeWatch({ depth: 120 })],
    channels: [makeHook(), makeMail()],
    rules: [
      makeRule({ name: 'top3', when: 'rank <= 3', notify: ['hook', 'mail'] }),
      makeRule({ name: 'climbs', when: 'rank_gain >= 15', severity: 'critical' }),
      makeRule({ name: 'gone', when: "status = 'left'", severity: 'warning' }),
      makeRule({ name: 'never', when: 'rank <= 3 and posts > 1e12' }),
    ],
    digests: [makeDigest({ notify: ['hook', 'mail'] })],
    ...overrides,
  });
  runDueDigests({ db: world.db, config: world.config, clock: world.clock, log: QUIET });
  await takeDays(world, 0, 12, { 5: 'failed', 8: 'missed', 9: 'missed', 11: 'partial' });
  const [watch] = world.config.watches;
  if (watch === undefined) throw new Error('no watch');
  // The list of the day before once more, and a list that is far too short.
  await world.pass(dayAt(13), marketList(watch, dayAt(12)));
  await world.pass(dayAt(14), marketList({ ...watch, depth: 20 }, dayAt(14)));
  await takeDays(world, 15, 18);
  livedIn(world);
  return world;
}

/** A config that was just made. */
export const emptyWorld = ({ listen, overrides }: Place): World =>
  makeWorld({
    web: makeWeb({ listen }),
    rules: [makeRule({ name: 'top3' })],
    digests: [makeDigest()],
    ...overrides,
  });

/** Three hundred products that fire in one pass, of three rules. */
export async function stormWorld({ listen, overrides }: Place): Promise<World> {
  const world = makeWorld({
    web: makeWeb({ listen }),
    channels: [makeHook(), makeMail()],
    rules: [
      makeRule({ name: 'climbs', when: 'rank_gain >= 20', severity: 'critical' }),
      makeRule({ name: 'entered', when: "status = 'new'", severity: 'warning' }),
      makeRule({ name: 'left-the-top-of-the-list-for-good', when: "status = 'left'" }),
    ],
    ...overrides,
  });
  const row = (id: number, index: number): RowSpec => ({
    id: `p${id}`,
    name: `Product ${id}`,
    l1: id % 3 === 0 ? null : 'Beauty & Personal Care',
    posts: 90_000 - index * 30,
    ctr: 1 + (index % 7) / 10,
    cost: 120_000 - index * 200,
  });
  const order = (from: number) => Array.from({ length: 300 }, (_, index) => from + index);
  await world.pass(dayAt(0), fetchedList(order(0).map(row)));
  await world.pass(dayAt(1), fetchedList(order(0).map(row)));
  await world.pass(dayAt(2), fetchedList(order(60).reverse().map(row)));
  livedIn(world);
  return world;
}

export const LONG_NAMES = [
  'เครื่องสำอางค์และผลิตภัณฑ์ดูแลผิวหน้าสำหรับทุกสภาพผิวในฤดูร้อน',
  'सौंदर्य प्रसाधन और त्वचा की देखभाल के उत्पाद गर्मियों के मौसम के लिए',
  'தோல் பராமரிப்பு மற்றும் அழகு சாதனப் பொருட்கள் கோடைகாலத்திற்கு',
  'מוצרי טיפוח וקוסמטיקה לעור הפנים לכל סוגי העור בעונת הקיץ (מהדורה 2)',
  'مستحضرات التجميل والعناية بالبشرة لجميع أنواع البشرة في فصل الصيف',
  '👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈💄💅🏼🧴🧼 ✨✨✨ Glow Set 💖💖💖💖💖💖💖💖💖💖💖💖💖',
  'W'.repeat(120),
  'Ultra-Moisturizing-Anti-Aging-Vitamin-C-Hyaluronic-Acid-Facial-Serum-With-Retinol-60ml',
];
export const LONG_WATCH = 'thailand-beauty-and-personal-care-every-day-of-the-week';

/** Names that no table has room for, in every column that shows one. */
export async function namesWorld({ listen, overrides }: Place): Promise<World> {
  const [thai = ''] = LONG_NAMES;
  const world = makeWorld({
    web: makeWeb({ listen }),
    watches: [makeWatch({ name: LONG_WATCH, region: 'TH', depth: 60 })],
    channels: [
      makeHook({ name: 'the-channel-of-everyone-in-the-merchandising-team' }),
      makeHook(),
      makeMail({ to: ['a.very.long.address.of.somebody.in.merchandising@department.example.com'] }),
    ],
    rules: [
      makeRule({
        name: 'a-rule-with-a-name-that-says-all-that-it-does',
        when: 'rank <= 3',
        description: thai,
        notify: ['hook', 'the-channel-of-everyone-in-the-merchandising-team', 'mail'],
      }),
      makeRule({
        name: 'climbs',
        when: 'rank_gain >= 1 and coalesce(posts_pct, 0) > -1000 and coalesce(ctr_delta, 0) > -1000',
        severity: 'critical',
      }),
    ],
    digests: [makeDigest({ name: 'the-digest-of-everything-for-everyone-every-week' })],
    ...overrides,
  });
  for (const day of [0, 1, 2, 3, 4, 5, 6, 7])
    await world.pass(
      dayAt(day),
      fetchedList(
        Array.from({ length: 40 }, (_, index): RowSpec => {
          const id = (index * 7 + day * 3) % 41;
          return {
            id: `t${id}`,
            name: LONG_NAMES[id % LONG_NAMES.length] ?? '',
            l1: LONG_NAMES[(id + 1) % LONG_NAMES.length] ?? null,
            l2: LONG_NAMES[(id + 2) % LONG_NAMES.length] ?? null,
            posts: 9e12 - index * 1e10,
            impressions: 4e15,
            ctr: 99.99,
            cost: 1e12 - index,
          };
        }),
      ),
    );
  livedIn(world);
  return world;
}
