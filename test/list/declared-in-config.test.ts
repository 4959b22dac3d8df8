// A list that a config declares, through all that Tidemark does with a list: rules, messages, digest, page, export,
// import. Nothing but its declaration is told of it, and so it is with a metric that it gains.
import { PassThrough } from 'node:stream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExport } from '../../src/commands/history/export.ts';
import type { Watch } from '../../src/config/config.ts';
import type { ImportOptions } from '../../src/history/import/terms.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { importText } from '../support/import-text.ts';
import { memoryIo } from '../support/memory-io.ts';
import { dayAt, makeConfig, makeWatch } from '../support/world.ts';
import type { Message } from '../../src/message/message.ts';
import { listOfMessage } from '../../src/message/about-list.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { buildDigest } from '../../src/digest/build.ts';
import { digestPage } from '../../src/delivery/digest/compose.ts';
import { digestText } from '../../src/delivery/digest/text.ts';
import { letterLines } from '../../src/delivery/channels/text-letter.ts';
import { teamsBody } from '../../src/delivery/channels/webhook/teams.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { letterHtml } from '../../src/delivery/render/email-html.ts';
import { standardBody } from '../../src/delivery/channels/webhook/standard.ts';
import { listTitle } from '../../src/words/list-title.ts';
import { writerOf } from '../../src/words/writer.ts';
import { declaredWorld, type DeclaredWorld } from '../support/declared-world.ts';
import type { ScriptedRequest } from '../source/scripted-server.ts';
import { LIST } from './declared-list-of-books.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-in-config-'));
let opened: DeclaredWorld;
let day = 0;

/** Forty books; one of them climbs on the last day. */
const books = () =>
  Array.from({ length: 40 }, (_, i) => ({ n: i, rank: i === 30 && day === 2 ? -1 : i }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ n }) => ({
      sku: `b${n}`,
      title: `Book ${n}`,
      sales: { sold: n === 30 && day === 2 ? 90_000 : 50_000 - n * 100 + day },
      price: 9.99,
      stars: 4.5,
    }));

beforeAll(async () => {
  const answer = (_: ScriptedRequest, response: ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ items: books() }));
  opened = await declaredWorld(LIST, answer, {
    database: join(folder, 'tidemark.db'),
    watch: { shop: 'us', depth: 40 },
    rest: {
      channels: { hook: { type: 'webhook', url: 'http://127.0.0.1:9/x', allow_private: true } },
      rules: { risen: { when: 'rank_gain >= 20 and sold_pct > 50', notify: ['hook'] } },
      digests: { weekly: { schedule: '0 8 * * 1', notify: ['hook'] } },
    },
  });
  for (day = 0; day < 3; day++) await opened.take(day);
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

const messages = (): Message[] =>
  (opened.rows('SELECT message FROM notifications ORDER BY id') as [string][]).map(
    ([message]) => JSON.parse(message) as Message,
  );

describe('a list that a config declares', () => {
  test('fires rules on its metrics, and the log says which list it was', () => {
    expect(
      opened.rows('SELECT list, watch, rule, product_id, rank, rank_gain FROM alert_log'),
    ).toEqual([['things', 'w', 'risen', 'b30', 1, 30]]);
  });

  test('is told in its own words, by what the message itself carries', () => {
    const [message] = messages();
    if (message?.type !== 'alerts.fired') throw new Error('no alerts');
    const list = listOfMessage(message.data);
    expect(list).toMatchObject({ name: 'things', title: 'Best sellers', row: { many: 'books' } });
    const writer = writerOf({ timezone: 'UTC' });
    expect(listTitle(message.data, writer)).toBe('Best sellers, shop us');
  });

  test('has names that lead to its source, in mails and in chats that know links', () => {
    const [message] = messages();
    if (message?.type !== 'alerts.fired') throw new Error('no alerts');
    const context = { timezone: 'UTC', ranks: new Map<string, number[]>(), channel: 'x' };
    const letter = composeLetter(message, context);
    const url = 'https://shop.example.org/book/b30';
    expect(letterHtml(letter).html).toContain(`<a href="${url}" style="color:inherit">Book 30</a>`);
    expect(teamsBody(letter)).toContain(`"selectAction":{"type":"Action.OpenUrl","url":"${url}"}`);
    expect(letterLines(letter, () => true).map((line) => line.url)).toContain(url);
    const hostile = {
      ...message,
      data: { ...message.data, declaration: evil(message.data.declaration) },
    };
    const spoilt = composeLetter(hostile, context);
    expect(letterHtml(spoilt).html).not.toContain('javascript:');
  });

  test('is in webhooks by its name and what was asked for, without its declaration', () => {
    const [message] = messages();
    if (message === undefined) throw new Error('no message');
    const body = JSON.parse(standardBody(message)) as { data: Record<string, unknown> };
    expect(body.data).toMatchObject({ list: 'things', asked: { shop: 'us' }, region: null });
    expect(body.data).not.toHaveProperty('declaration');
  });

  test('is told in digests in its own words, and with names that lead to its source', () => {
    const [digest] = opened.config.digests;
    if (digest === undefined) throw new Error('no digest');
    const request = {
      config: opened.config,
      digest,
      period: { sinceAt: dayAt(0), slotAt: dayAt(3), periods: 1 },
    };
    const facts = buildDigest(opened.world.db, { ...request, origin: 'schedule' });
    const text = digestText(
      digestPage(
        { data: facts, type: 'digest.ready', timestamp: '2026-01-04T08:00:00.000Z' },
        'hook',
      ),
    );
    expect(text).toContain('40 of 40 books');
    expect(text).toMatch(/Copies sold +1.97M/);
    expect(text).not.toMatch(/posts|products/);
  });

  test('costs a file nothing before a watch uses it', () => {
    const db = openDatabase(':memory:');
    const unused = makeConfig({ sources: [...makeConfig().sources, ...opened.config.sources] });
    db.transaction(() => syncConfig(db, unused, dayAt(0)));
    const made = "SELECT name FROM sqlite_master WHERE name LIKE 'things%'";
    expect([db.raw.prepare(made).all(), db.raw.prepare('SELECT * FROM lists').all()]).toEqual([
      [],
      [],
    ]);
    db.close();
  });

  test('goes out and into another database whole; and not into a watch of another list', async () => {
    const io = memoryIo({ cwd: folder });
    const streams = { stdout: new PassThrough(), stop: new AbortController().signal };
    const database = join(folder, 'tidemark.db');
    expect(
      await runExport(io, { database, format: 'csv', view: 'history', list: 'things' }, streams),
    ).toBe(0);
    const other = join(folder, 'other.db');
    const { imported, refused } = await into(other, [opened.watch], io.out);
    expect([imported.map(({ outcome, rows }) => [outcome, rows]), refused]).toEqual([
      [
        ['imported', 40],
        ['imported', 40],
        ['imported', 40],
      ],
      [],
    ]);
    const db = openDatabase(other);
    const dump =
      'SELECT product_id, product, rank, sold, price, shop FROM things_history ORDER BY slot_at, rank';
    expect(db.raw.prepare(dump).raw().all()).toEqual(opened.rows(dump));
    db.close();

    const wrong = await into(join(folder, 'wrong.db'), [makeWatch({ name: 'w' })], io.out);
    expect(wrong.refused).toContainEqual(
      expect.objectContaining({
        reason: 'it is of the list things, by its columns, and w tracks top-products',
      }),
    );
    expect(wrong.imported.every(({ outcome }) => outcome === 'refused')).toBe(true);
  });

  test('is imported from saved answers, as its declaration reads them', async () => {
    day = 3;
    const text = JSON.stringify({ items: books() });
    const saved = { watch: 'w', takenAt: dayAt(3) };
    const { imported, refused } = await into(join(folder, 'saved.db'), [opened.watch], text, saved);
    expect([refused, imported]).toMatchObject([
      [],
      [{ outcome: 'imported', status: 'complete', rows: 40 }],
    ]);
    const moved = await into(
      join(folder, 'moved.db'),
      [opened.watch],
      JSON.stringify({ items: books().map(({ sales, ...book }) => ({ ...book, n: sales })) }),
      saved,
    );
    expect(moved.imported[0]).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('no row has sales.sold (sold)') as string,
    });
  });
});

/** A declaration whose link somebody changed in the file. */
const evil = (declaration = '{}'): string =>
  declaration.replace('https://shop.example.org/book/', 'javascript:alert(1)//');

/** Imports a text into a file with these watches. */
async function into(
  path: string,
  watches: readonly Watch[],
  text: string,
  options: Partial<ImportOptions> = {},
) {
  const db = openDatabase(path);
  const sources = [...makeConfig().sources, ...opened.config.sources];
  const config = makeConfig({ sources, watches });
  const { snapshots, said } = await importText(db, config, dayAt(90), 'file', text, options);
  db.close();
  return { imported: snapshots, refused: said };
}
