// The figures of a page are those of the command's `--json`, and of the mails of the same snapshot.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAlerts } from '../../src/commands/reading/alerts.ts';
import { runMovers } from '../../src/commands/reading/movers.ts';
import { runProduct } from '../../src/commands/reading/product.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { letterText } from '../../src/delivery/render/email-text.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { coverageQuery } from '../../src/history/sql/page-queries.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { ChangeRow } from '../../src/store/reading/leaderboard.ts';
import { getNotification } from '../../src/store/outbox/outbox.ts';
import { metricCell, metricTexts, moved, shownMetrics } from '../../src/web/parts/cells.ts';
import { factsOf, makeDigest, messageOf, periodOfDays, takeDays } from '../digest/market-world.ts';
import { json, run } from '../support/run-command.ts';
import { makeRule, makeWatch } from '../support/world.ts';
import { cellsAt, read } from './read-page.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;

beforeAll(async () => {
  const rules = [makeRule({ name: 'climbs', when: 'rank_gain >= 2' })];
  web = makeWebWorld({}, { watches: [makeWatch({ depth: 40 })], rules, digests: [makeDigest()] });
  await takeDays(web.world, 0, 8, { 5: 'failed' });
});
afterAll(() => web.close());

const cellsOf = (path: string) => cellsAt(web, path);

const METRICS = shownMetrics(TOP_PRODUCTS);
const SHOWS = ['climbers', 'fallers', 'entered', 'returned', 'left'];

test('movers are those of movers --json, figure by figure', async () => {
  const rows = json(run(runMovers, { watch: 'us-daily', json: true }, web.world)) as ChangeRow[];
  const pages = await Promise.all(SHOWS.map((show) => cellsOf(`/watches/us-daily?show=${show}`)));
  const shown = pages.flat().filter(([first]) => !first?.startsWith('Nobody'));
  expect(rows.length).toBeGreaterThan(10);
  expect(shown).toEqual(
    rows.map((row) => [
      String(row.rank ?? row.rank_before),
      read(moved(row)),
      `${row.product} ${row.category_l1 ?? ''}`,
      '',
      ...METRICS.map((metric) => {
        const { value, by } = metricTexts(metric, row);
        return read(`${value} ${by ?? ''}`);
      }),
      String(row.rank_best),
    ]),
  );
});

test('a product has the history of product --json, gaps with their reason', async () => {
  type Point = { snapshot_status: string; reason: string | null; change: ChangeRow | null };
  const args = { watch: 'us-daily', product: '2406005', json: true };
  const { history } = json(run(runProduct, args, web.world)) as { history: Point[] };
  const shown = await cellsOf('/watches/us-daily/products/2406005');
  expect(history.map(({ snapshot_status: status }) => status)).toContain('failed');
  expect(shown.map((cells) => cells.slice(1))).toEqual(
    history.reverse().map(({ snapshot_status: status, reason, change }) => {
      if (change === null)
        return [`${status} ${reason ?? 'not on the list'}`, '–', '', ...METRICS.map(() => '')];
      const figures = METRICS.map((metric) => read(metricCell(metric, change)));
      return [status, String(change.rank), read(moved(change)), ...figures];
    }),
  );
});

type Fact = {
  id: number;
  rule: string;
  product: { id: string; name: string; category_l1: string };
  change: { rank: number; rank_before: number };
  watch: string;
  state: string;
};

test('alerts are those of alerts --json', async () => {
  const alerts = json(run(runAlerts, { json: true }, web.world)) as Fact[];
  const shown = await cellsOf('/alerts');
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.map((cells) => cells.slice(1, 6))).toEqual(
    alerts.map(({ rule, product, change, watch, state }) => [
      rule,
      `${product.name} ${product.category_l1}`,
      watch,
      `#${change.rank_before} → #${change.rank}`,
      state,
    ]),
  );
});

test('coverage says of every gap what its query says', async () => {
  type Slot = { slot_at: string; status: string; reason: string | null };
  const slots = web.world.db.raw.prepare(coverageQuery('us-daily')).all() as Slot[];
  const page = await (await web.ask('/watches/us-daily/coverage')).text();
  const complete = slots.filter(({ status }) => status === 'complete');
  expect(page).toContain(`${slots.length} slots`);
  expect(page).toContain(`${complete.length} of ${slots.length}`);
  const gaps = slots.filter(({ status }) => status !== 'complete');
  const shown = await cellsOf('/watches/us-daily/coverage');
  expect(shown.map((cells) => cells.slice(0, 3))).toEqual(
    gaps.map(({ slot_at: at, status, reason }) => [
      at.replace('T', ' ').replace('Z', ''),
      status,
      reason,
    ]),
  );
});

const CONTEXT = { channel: 'mail', timezone: 'UTC', locale: 'en', ranks: new Map() } as const;

test('the mail of a snapshot has the ranks that the alerts of the page have', async () => {
  const newest = 'SELECT max(id) FROM notifications';
  const id = web.world.db.raw.prepare(newest).pluck().get() as number;
  const { message } = getNotification(web.world.db, id);
  const mail = read(letterText(composeLetter(message, CONTEXT)));
  const told = [...mail.matchAll(/^▲ (.+)\n (#\d+ → #\d+), up (\d+)/gm)];
  const shown = await cellsOf('/alerts');
  const ofDay = shown.filter(([when]) => when === shown[0]?.[0]);
  expect(told.length).toBe(ofDay.length);
  const leaders = await cellsOf('/watches/us-daily?show=climbers');
  for (const [, name = '', ranks = '', by = ''] of told) {
    expect(ofDay.find(([, , product]) => product?.startsWith(name))?.[4]).toBe(ranks);
    const leader = leaders.find(([, , product]) => product?.startsWith(name));
    expect([`#${leader?.[0]}`, leader?.[1]]).toEqual([ranks.split(' → ')[1], `▲${by}`]);
  }
});

test('the digest has the ranks and posts that the leaderboard has against the same day', async () => {
  const digest = messageOf(factsOf(web.world, makeDigest(), periodOfDays(1, 8)));
  const mail = read(digestMail(digest, 'mail', undefined, undefined).text);
  const lines = /^#(\d+) ([▲▼]) from #(\d+) .*?(\p{L}.*)\n (\S+) posts, (\S+ %)/gmu;
  const told = [...mail.matchAll(lines)].map(([, rank, arrow, before, name, posts, by]) => [
    rank,
    `${arrow}${Math.abs(Number(rank) - Number(before))}`,
    name,
    `${posts} ${by}`,
  ]);
  const leaders = await cellsOf('/watches/us-daily?compare=7d');
  expect(told.length).toBeGreaterThan(5);
  for (const [rank, move, name = '', posts] of told) {
    const leader = leaders.find(([, , product]) => product?.startsWith(name));
    expect([leader?.[0], leader?.[1], leader?.[4]]).toEqual([rank, move, posts]);
  }
});
