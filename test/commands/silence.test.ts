import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  runSilenceAdd,
  runSilenceList,
  runSilenceRemove,
  type SilenceAddArgs,
} from '../../src/commands/reading/silence.ts';
import type { AppError } from '../../src/lib/errors.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import {
  listActiveSilences,
  listSilences,
  mutedProducts,
} from '../../src/store/alerts/silences.ts';
import { dayAt, fetchedList, makeRule, makeWorld, products, type World } from '../support/world.ts';
import { json, run } from '../support/run-command.ts';

let world: World;
beforeEach(async () => {
  world = makeWorld({
    rules: [
      makeRule({ name: 'top3', when: 'rank <= 3' }),
      makeRule({ name: 'top1', when: 'rank <= 1' }),
    ],
  });
  await world.pass(
    dayAt(0),
    fetchedList([
      { id: '601', name: 'Perfume\u001b[31m' },
      { id: '602', name: 'Travel Minis', l1: 'Scent' },
      { id: '603', name: 'Travel Minis', l1: 'Bags' },
      { id: '604', name: 'CRÈME' },
      ...products(3),
    ]),
  );
});
afterEach(() => world.close());

const add = (args: Omit<SilenceAddArgs, 'reason'> & { reason?: string }) =>
  run(runSilenceAdd, { reason: 'sale', ...args }, world);
const notifications = () =>
  world.db.raw.prepare('SELECT count(*) FROM notifications').pluck().get();

describe('silence add', () => {
  test.each<[string, Omit<SilenceAddArgs, 'reason'>, string, string]>([
    [
      'a rule, until it is removed',
      { rule: 'top3' },
      'rule top3, until it is removed',
      '3 open alerts',
    ],
    [
      'a watch for a while',
      { watch: 'us-daily', for: '3d' },
      'watch us-daily, until Sun 2026-01-04 06:00 UTC',
      '4 open alerts',
    ],
    [
      'a product by id, as messages suggest it',
      { product: '601', until: '7d' },
      'product 601 (Perfume[31m), until Thu 2026-01-08 06:00 UTC',
      '2 open alerts',
    ],
    [
      'a product by name',
      { product: 'PERFUME\u001b[31m', rule: 'top1' },
      'rule top1, product 601 (Perfume[31m), until it is removed',
      '1 open alert',
    ],
    [
      'a product whose name has accents',
      { product: 'crème' },
      'product 604 (CRÈME), until it is removed',
      'no open alert now',
    ],
    [
      'what does not fire now',
      { product: 'p3', until: '2026-02-01' },
      'product p3 (Product p3), until Sun 2026-02-01 00:00 UTC',
      'no open alert now',
    ],
  ])('mutes %s', (_, args, what, count) => {
    expect(add(args)).toEqual({
      code: 0,
      out: `Silence 1 mutes ${what}.\n`,
      err: `It mutes ${count}. Alerts are recorded all the same; what still fires when it ends is told then.\nEnd it: tidemark silence remove 1\n`,
    });
  });

  test('keeps messages from being sent, and nothing else', async () => {
    add({ rule: 'top1' });
    await world.pass(dayAt(1), fetchedList(['602', '601', '603', ...products(3)]));
    expect(notifications()).toBe(0);
    run(runSilenceRemove, { id: 1 }, world);
    await world.pass(dayAt(2), fetchedList(['602', '603', '601', ...products(3)]));
    expect(notifications()).toBe(1);
  });

  test('says that what was decided before goes out all the same', async () => {
    await world.pass(dayAt(1), fetchedList(['602', '601', '603', ...products(3)]));
    const waiting = () =>
      world.db.raw.prepare("SELECT count(*) FROM deliveries WHERE state = 'pending'").pluck().get();
    expect(waiting()).toBe(1);
    expect(add({ rule: 'top1' }).err).toContain(
      '1 message about it was decided before and waits to be sent: a silence does not take that back.\n',
    );
    expect(waiting()).toBe(1);
    expect(add({ rule: 'top3' }).err).not.toContain('decided before');
  });

  test('prints the silence as JSON, with what it mutes now', () => {
    expect(json(add({ rule: 'top3', for: '1d', json: true }))).toEqual({
      id: 1,
      rule: 'top3',
      watch: null,
      product: null,
      reason: 'sale',
      state: 'active',
      until: '2026-01-02T06:00:00.000Z',
      created_at: '2026-01-01T06:00:00.000Z',
      removed_at: null,
      open_alerts: 3,
      waiting_messages: 0,
    });
  });

  test.each<[string, Omit<SilenceAddArgs, 'reason'> & { reason?: string }, object]>([
    [
      'nothing to mute',
      {},
      {
        code: 'usage',
        message:
          'say what to mute: --rule, --watch or --product; together they mute only what matches all of them',
      },
    ],
    [
      'no reason',
      { rule: 'top3', reason: ' \u200b' },
      { code: 'usage', message: '--reason must say why: others will ask' },
    ],
    [
      'an end that has passed',
      { rule: 'top3', until: '2026-01-01' },
      { code: 'usage', message: '--until "2026-01-01" is not in the future' },
    ],
    [
      'a rule that does not exist',
      { rule: 'top4' },
      { code: 'not_found', message: 'there is no rule "top4"', hint: 'did you mean top3?' },
    ],
    [
      'a watch that does not exist',
      { watch: 'gb' },
      { code: 'not_found', message: 'there is no watch "gb"', hint: 'there is: us-daily' },
    ],
    [
      'a product that does not exist',
      { product: 'Travl Mini' },
      {
        code: 'not_found',
        message: 'there is no product "Travl Mini"',
        hint: 'did you mean Travel Minis?',
      },
    ],
    [
      'a name that two products have',
      { product: 'travel minis' },
      {
        code: 'usage',
        message: '2 products are named "travel minis"',
        hint: 'give an id: 602 (Scent), 603 (Bags)',
      },
    ],
  ])('refuses %s, and stores nothing', (_, args, error) => {
    expect(() => add(args)).toThrow(expect.objectContaining(error) as AppError);
    expect(listActiveSilences(world.db, 0)).toEqual([]);
  });
});

describe('silence list and remove', () => {
  test('show what is muted, and with --all what was', () => {
    add({ rule: 'top3', for: '1h' });
    add({ watch: 'us-daily', product: '601', for: '3d', reason: 'promotion\u001b[2J in\nthe US' });
    add({ rule: 'top1' });
    run(runSilenceRemove, { id: 3 }, world);
    const later = { clock: { ...world.clock, now: () => dayAt(1) } };
    expect(run(runSilenceList, {}, world, later).out).toMatchInlineSnapshot(`
      "Times in UTC

      id  mutes                               until             reason
      ──  ──────────────────────────────────  ────────────────  ──────────────────────
       2  watch us-daily, product 601 (Perf…  2026-01-04 06:00  promotion[2J in the US
      "
    `);
    expect(run(runSilenceList, { all: true }, world, later).out).toMatchInlineSnapshot(`
      "Times in UTC

      id  mutes                      until             reason                  state
      ──  ─────────────────────────  ────────────────  ──────────────────────  ───────
       3  rule top1                  removal           sale                    removed
       2  watch us-daily, product…   2026-01-04 06:00  promotion[2J in the US  active
       1  rule top3                  2026-01-01 07:00  sale                    expired
      "
    `);
    expect(json(run(runSilenceList, { all: true, json: true }, world, later))).toMatchObject([
      { id: 3, state: 'removed' },
      { id: 2, state: 'active', product: '601' },
      { id: 1, state: 'expired' },
    ]);
  });

  test('say that nothing is muted', () => {
    expect(run(runSilenceList, {}, world)).toEqual({
      code: 0,
      out: '',
      err: 'Nothing is muted. --all lists silences that are over.\n',
    });
    expect(run(runSilenceList, { all: true }, world).err).toBe('There was never a silence.\n');
    expect(run(runSilenceList, { json: true }, world).out).toBe('[]\n');
  });

  test('end a silence once', () => {
    add({ rule: 'top3', product: '601' });
    expect(run(runSilenceRemove, { id: 1 }, world)).toEqual({
      code: 0,
      out: 'Silence 1 is removed: rule top3, product 601 (Perfume[31m) is heard again.\n',
      err: '',
    });
    const isMuted = mutedProducts(world.db, listActiveSilences(world.db, world.clock.now()), {
      rule: 'top3',
      watch: 'us-daily',
    });
    const id = world.db.raw.prepare("SELECT id FROM products WHERE upstream_id = '601'").pluck();
    expect(isMuted(id.get() as number)).toBe(false);
    expect(() => run(runSilenceRemove, { id: 1 }, world)).toThrow(
      expect.objectContaining({
        code: 'not_found',
        message: 'silence 1 has been removed already',
      }) as AppError,
    );
    expect(() => run(runSilenceRemove, { id: 7 }, world)).toThrow(
      expect.objectContaining({
        code: 'not_found',
        hint: 'tidemark silence list --all shows them',
      }) as AppError,
    );
  });
});

test.runIf(process.platform === 'linux')(
  'silence add does not claim a silence that the disk did not take',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-full-'));
    writeFileSync(
      join(folder, 'tidemark.yaml'),
      'source: { token: t }\nwatches: { us-daily: { region: US, schedule: "0 6 * * *" } }\nrules: { top3: { when: rank <= 3 } }\n',
    );
    const db = openDatabase(join(folder, 'tidemark.db'));
    try {
      // A log that is as large as files may be for the command: this connection keeps it from being emptied.
      db.raw.pragma('wal_autocheckpoint = 0');
      db.raw.exec('CREATE TABLE filler (x)');
      while (statSync(join(folder, 'tidemark.db-wal')).size < 1_500_000)
        db.raw.exec('INSERT INTO filler VALUES (randomblob(100000))');
      const cli = join(import.meta.dirname, '../../src/cli.ts');
      const { status, stdout, stderr } = spawnSync(
        'sh',
        [
          '-c',
          'ulimit -f 2048; exec "$0" --import tsx "$1" silence add --rule top3 --reason try --config "$2"',
          process.execPath,
          cli,
          join(folder, 'tidemark.yaml'),
        ],
        { encoding: 'utf8' },
      );
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^error: /m);
      expect(stderr).not.toContain('    at ');
      expect(listSilences(db)).toEqual([]);
    } finally {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  // A process that has to start, and that tries for a while to write.
  20_000,
);

test('a silence whose end no calendar reaches is listed and removed like any other', () => {
  world.db.raw.exec(
    `INSERT INTO silences (rule, reason, until_at, created_at)
    VALUES ('top3', 'too long', ${dayAt(0) + 99_999_999 * 86_400_000}, ${dayAt(0)})`,
  );
  expect(run(runSilenceList, {}, world).out).toContain('too long');
  expect(run(runSilenceList, { json: true }, world).out).toContain('"+275760-09-13T00:00:00.000Z"');
  expect(run(runSilenceRemove, { id: 1 }, world).code).toBe(0);
});
