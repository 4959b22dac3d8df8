// What pages say of silences, credits and snapshots: the figures of `--json`, of SQL, and of what
// was sent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAlerts } from '../../src/commands/reading/alerts.ts';
import { runTop } from '../../src/commands/reading/top.ts';
import { runSilenceList } from '../../src/commands/reading/silence.ts';
import { creditsJson } from '../../src/commands/set-up/check-plan.ts';
import { planCredits } from '../../src/config/credit-plan.ts';
import { HOUR_MS, isoTime } from '../../src/lib/clock.ts';
import type { AlertsMessage } from '../../src/message/alerts.ts';
import { insertSilence, listSilences, removeSilence } from '../../src/store/alerts/silences.ts';
import { openLedger } from '../../src/store/ledger.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { takeDays } from '../digest/market-world.ts';
import { json, run } from '../support/run-command.ts';
import { dayAt, makeAccount, makeRule, makeWatch } from '../support/world.ts';
import { cellsAt, read } from './read-page.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
const DAYS = 40;

beforeAll(async () => {
  web = makeWebWorld(
    {},
    {
      sources: [makeAccount({ dailyCredits: 500 })],
      watches: [makeWatch({ depth: 60 }), makeWatch({ name: 'gb', region: 'GB', depth: 45 })],
      rules: [
        makeRule({ name: 'climbs', when: 'rank_gain >= 5', severity: 'critical' }),
        makeRule({ name: 'top3', when: 'rank <= 3' }),
        makeRule({ name: 'falls', when: 'rank_gain <= -15', watches: ['gb'] }),
        makeRule({ name: 'gone', when: "status = 'left'", severity: 'warning' }),
      ],
    },
  );
  for (let day = 0; day < DAYS; day++) {
    spend(day);
    await takeDays(web.world, day, day, { 6: 'failed', 7: 'partial', 8: 'missed' });
  }
});
afterAll(() => web.close());

/** The requests of a day, as a pass writes them down: some fail, one is never answered. */
function spend(day: number): void {
  const { db, config, clock } = web.world;
  const { watches } = db.transaction(() => syncConfig(db, config, clock.now()));
  const at = { ...clock, now: () => dayAt(day) + 1_000 };
  for (const [name, { watchId }] of watches) {
    const pass = { watchId, slotAt: dayAt(day), source: 'keyapi', dailyCredits: null };
    const ledger = openLedger(db, { ...pass, creditsPerRequest: 2 + (day % 3) }, at);
    for (let page = 1; page <= (name === 'gb' ? 2 : 3); page++)
      for (let attempt = 1; attempt <= (page === 2 && day % 4 === 0 ? 2 : 1); attempt++) {
        const begun = ledger.begin({ page, attempt });
        if (begun === 'refused') throw new Error('no credits are left');
        const isWell = attempt === 2 || !(page === 2 && day % 4 === 0);
        if (page === 3 && day === 20) continue;
        ledger.end(begun.id, {
          durationMs: 100 * page + day,
          httpStatus: isWell ? 200 : 503,
          bodyCode: null,
          outcome: isWell ? 'ok' : 'server_error',
          detail: null,
          upstreamRequestId: null,
        });
      }
  }
}

/** As tables have an instant. */
const minute = (at: string): string => at.slice(0, '2026-01-01T06:00'.length).replace('T', ' ');

type Fact = {
  id: number;
  rule: string;
  watch: string;
  slot_at: string;
  fired_at: string;
  quiet: string | null;
  severity: string;
  state: string;
  product: { id: string; name: string; category_l1: string };
};
const alerts = (args: object = {}) =>
  json(run(runAlerts, { json: true, limit: 1_000_000, ...args }, web.world)) as Fact[];

/** What a silence would have kept from people in the last 30 days, from what commands print alone. */
async function mutedBefore(covers: (one: Fact) => boolean) {
  const { db, clock } = web.world;
  const since = isoTime(clock.now() - 30 * 24 * HOUR_MS);
  const covered = alerts().filter((one) => one.fired_at >= since && covers(one));
  const ids = new Set(covered.map(({ id }) => id));
  const sent = db.raw.prepare('SELECT id FROM deliveries').pluck().all() as number[];
  const told = await Promise.all(
    sent.map(async (id) => {
      const one = await (await web.ask(`/api/v1/deliveries/${id}`)).json();
      return (one as { message: AlertsMessage }).message.data.alerts.map((alert) => alert.id);
    }),
  );
  // Each stands in one message of one channel here, and no message is of ends alone.
  const messages = told.filter((all) => all.length > 0 && all.every((id) => ids.has(id)));
  return { alerts: covered.length, messages: messages.length };
}

test.each<[Record<string, string>, (one: Fact) => boolean]>([
  [{ rule: 'climbs' }, ({ rule }) => rule === 'climbs'],
  [{ watch: 'gb' }, ({ watch }) => watch === 'gb'],
  [{ rule: 'top3', watch: 'us-daily' }, (one) => one.rule === 'top3' && one.watch === 'us-daily'],
  [{ rule: 'falls', watch: 'gb' }, (one) => one.rule === 'falls'],
])('a silence of %j would have muted what commands say was told', async (scope, covers) => {
  const form = { ...scope, until: '3d', reason: 'a test' };
  const page = read(await (await web.post('/silences/preview', form)).text());
  const { alerts: told, messages } = await mutedBefore(covers);
  const open = alerts({ all: true, state: 'firing' }).filter(covers).length;
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(alerts().length);
  const [, past, sent, now] =
    /been (\d+) alerts?, and (\d+) messages? would not have been sent\.\s+(\d+) alerts? of these/.exec(
      page,
    ) ?? [];
  expect([past, sent, now].map(Number)).toEqual([told, messages, open]);
});

test('a silence of a product would have muted what it was told for', async () => {
  const [one] = alerts({ rule: 'climbs' });
  const product = one?.product.id ?? '';
  const form = { product, until: '3d', reason: 'a test' };
  const page = read(await (await web.post('/silences/preview', form)).text());
  const told = await mutedBefore((each) => each.product.id === product);
  expect(told.alerts).toBeGreaterThan(0);
  expect(page).toContain(`been ${told.alerts} alert`);
  expect(page).toContain(`and ${told.messages} message`);
});

test('silences are those of silence list --all --json', async () => {
  const { db, clock } = web.world;
  const none = { rule: null, watch: null, product: null };
  const untilAt = clock.now() + 72 * HOUR_MS;
  const reason = 'a sale in all shops';
  const from = clock.now() - HOUR_MS;
  insertSilence(db, { ...none, rule: 'climbs', untilAt, reason }, from);
  insertSilence(db, { ...none, watch: 'gb', rule: 'top3', untilAt: null, reason }, from);
  insertSilence(db, { ...none, watch: 'gb', untilAt: clock.now() - 1, reason }, from - HOUR_MS);
  removeSilence(db, insertSilence(db, { ...none, rule: 'falls', untilAt, reason }, from), from + 1);
  type Line = {
    rule: string | null;
    watch: string | null;
    reason: string;
    state: string;
    until: string | null;
    created_at: string;
  };
  const all = json(run(runSilenceList, { json: true, all: true }, web.world)) as Line[];
  expect(await (await web.ask('/api/v1/silences')).json()).toEqual(all);
  const shown = [
    ...(await cellsAt(web, '/silences', 0)).map((cells) => [...cells.slice(0, 5), 'active']),
    ...(await cellsAt(web, '/silences', 1)),
  ];
  expect(shown).toHaveLength(listSilences(db).length);
  const lines = [
    ...all.filter(({ state }) => state === 'active'),
    ...all.filter(({ state }) => state !== 'active'),
  ];
  expect(
    shown.map(([mutes, until = '', why, since, , state]) => [
      mutes,
      until.replace(/^\w+ (.*) UTC$/, '$1'),
      why,
      since,
      state,
    ]),
  ).toEqual(
    lines.map((one) => [
      [one.rule && `rule ${one.rule}`, one.watch && `watch ${one.watch}`]
        .filter((part) => part !== null)
        .join(', '),
      one.until === null ? 'until it is ended' : minute(one.until),
      one.reason,
      minute(one.created_at),
      one.state,
    ]),
  );
  // How many fire of what each mutes.
  const firing = alerts({ all: true, state: 'firing' });
  expect(shown.slice(0, 2).map((cells) => Number(cells[4]))).toEqual(
    lines
      .slice(0, 2)
      .map(
        ({ rule, watch }) =>
          firing.filter(
            (one) => (rule ?? one.rule) === one.rule && (watch ?? one.watch) === one.watch,
          ).length,
      ),
  );
  // The banner of every page counts those in force.
  expect(read(await (await web.ask('/alerts')).text())).toContain('2 silences in force');
});

test('credits are the plan of check --json, and the ledger by days', async () => {
  const { db, config, clock } = web.world;
  const plan = creditsJson(planCredits(config, clock.now()));
  const page = read(await (await web.ask('/credits')).text());
  const today = db.raw
    .prepare('SELECT sum(credits) FROM requests WHERE started_at >= unixepoch(?) * 1000')
    .pluck()
    .get(isoTime(clock.now()).slice(0, '2026-01-05'.length)) as number;
  expect(today).toBeGreaterThan(0);
  expect(page).toContain(`Today${today} of 500`);
  expect(page).toContain(`Planned on the busiest day of ${plan.month}${plan.per_day}`);
  expect(page).toContain(`Planned in ${plan.month}${plan.per_month}`);
  expect(await cellsAt(web, '/credits', 0)).toEqual(
    plan.watches.map((one) =>
      [one.watch, one.pages, one.credits_per_run, one.runs_per_month, one.credits_per_month].map(
        String,
      ),
    ),
  );
  const byDay = db.raw
    .prepare(
      `SELECT date(r.started_at / 1000, 'unixepoch'), w.name, count(*), sum(r.credits)
       FROM requests r JOIN watches w ON w.id = r.watch_id GROUP BY 1, 2 ORDER BY 1 DESC, 2`,
    )
    .raw()
    .all() as (string | number)[][];
  const from = isoTime(clock.now() - 30 * 24 * HOUR_MS).slice(0, '2026-01-05'.length);
  const recent = byDay.filter(([day]) => String(day) >= from);
  expect(recent.length).toBeLessThan(byDay.length);
  expect(await cellsAt(web, '/credits', 1)).toEqual(recent.map((row) => row.map(String)));
});

test('alerts that fire are told apart by severity, without those of products that left', async () => {
  const isListed = new Set(
    ['us-daily', 'gb'].flatMap((watch) =>
      (json(run(runTop, { watch, json: true }, web.world)) as { product_id: string }[]).map(
        ({ product_id: id }) => `${watch} ${id}`,
      ),
    ),
  );
  const firing = alerts({ state: 'firing' });
  const here = firing.filter(({ watch, product }) => isListed.has(`${watch} ${product.id}`));
  expect(here.length).toBeLessThan(firing.length);
  const parts = ['critical', 'warning', 'info'].flatMap((severity) => {
    const count = here.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  expect(parts.length).toBeGreaterThan(1);
  const page = read(await (await web.ask('/')).text());
  expect(page).toContain(`Alerts that fire\n${here.length} ${parts.join(', ')}`);
});

test('the log, as page, JSON, CSV and feed, is of the severity that was asked for', async () => {
  const warnings = alerts({ severity: 'warning' });
  expect(warnings.length).toBeGreaterThan(1);
  expect(warnings.length).toBeLessThan(alerts({}).length);
  const ids = warnings.map(({ id }) => id);
  const query = '?severity=warning&limit=1000';
  const listed = (await (await web.ask(`/api/v1/alerts${query}`)).json()) as { id: number }[];
  expect(listed.map(({ id }) => id)).toEqual(ids);
  const csv = await (await web.ask(`/api/v1/alerts.csv${query}`)).text();
  expect(csv.trim().split(/\r?\n/)).toHaveLength(1 + ids.length);
  const page = await (await web.ask(`/alerts${query}`)).text();
  expect(page).toContain('<option selected>warning</option>');
  const linked = [...page.matchAll(/href="\/alerts\/(\d+)"/g)].map(([, id]) => Number(id));
  expect([...new Set(linked)]).toEqual(ids);
  const feed = await (await web.ask(`/feeds/alerts.atom${query}`)).text();
  const entries = [...feed.matchAll(/<id>[^<]*\/alerts\/(\d+)<\/id>/g)].map(([, id]) => Number(id));
  expect(entries).toEqual(ids.slice(0, 100));
  expect((await web.ask('/alerts?severity=high')).status).toBe(400);
});

type Request = {
  page: number;
  attempt: number;
  started_at: string;
  duration_ms: number | null;
  http_status: number | null;
  outcome: string | null;
  credits: number;
};
type Snapshot = {
  snapshot_id: number;
  slot_at: string;
  watch: string;
  status: string;
  reason: string | null;
  rows: number;
  pages: number;
  credits: number;
  requests: Request[];
  alerts: Fact[];
};

test('every snapshot has the figures of its JSON, of the ledger and of alerts --json', async () => {
  const ids = web.world.db.raw.prepare('SELECT id FROM snapshots').pluck().all() as number[];
  const fired = alerts({ all: true });
  const seen = new Set<string>();
  for (const id of ids) {
    const one = (await (await web.ask(`/api/v1/snapshots/${id}`)).json()) as Snapshot;
    seen.add(one.status);
    const stored = web.world.db.raw
      .prepare('SELECT count(*), coalesce(sum(credits), 0) FROM requests WHERE snapshot_id = ?')
      .raw()
      .get(id);
    expect([one.requests.length, one.credits]).toEqual(stored);
    const own = fired.filter((a) => a.watch === one.watch && a.slot_at === one.slot_at);
    expect(one.alerts).toEqual(own);
    const page = read(await (await web.ask(`/snapshots/${id}`)).text());
    for (const figure of [
      `Status${one.status}`,
      `Rows${one.rows}`,
      `Pages${one.pages}`,
      `Requests${one.requests.length}`,
      `Credits${one.credits}`,
    ])
      expect(page, figure).toContain(figure);
    if (one.reason !== null) expect(page).toContain(`${one.status}: ${one.reason}`);
    const tables = [
      own.map((a) => [minute(a.slot_at), a.rule, `${a.product.name} ${a.product.category_l1}`]),
      one.requests.map(requestCells),
    ].filter((rows) => rows.length > 0);
    for (const [place, rows] of tables.entries()) {
      const cells = await cellsAt(web, `/snapshots/${id}`, place);
      const isOfAlerts = rows[0]?.length === 3;
      // Beside its rule stands how grave an alert is.
      const ofAlerts = cells.map(([at, rule = '', name]) => [at, rule.split(' ')[0], name]);
      expect(isOfAlerts ? ofAlerts : cells).toEqual(rows);
    }
  }
  expect(seen).toEqual(new Set(['complete', 'failed', 'partial', 'missed']));
});

const requestCells = (one: Request): string[] => [
  String(one.page),
  String(one.attempt),
  minute(one.started_at),
  one.duration_ms === null ? '–' : `${one.duration_ms} ms`,
  String(one.http_status ?? '–'),
  one.outcome ?? 'no answer',
  String(one.credits),
];
