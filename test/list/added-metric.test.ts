// A metric that is added to a declared list in YAML, through the whole chain: fetched, stored, a column of views, a
// rule, the mail and the digest, an export and `top --json`. Nothing but its declaration is told of it.
import { PassThrough } from 'node:stream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { runExport } from '../../src/commands/history/export.ts';
import { runTop } from '../../src/commands/reading/top.ts';
import { digestPage } from '../../src/delivery/digest/compose.ts';
import { digestText } from '../../src/delivery/digest/text.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { letterHtml } from '../../src/delivery/render/email-html.ts';
import { buildDigest } from '../../src/digest/build.ts';
import type { Message } from '../../src/message/message.ts';
import type { ScriptedRequest } from '../source/scripted-server.ts';
import { declaredWorld, type Mapping } from '../support/declared-world.ts';
import { memoryIo } from '../support/memory-io.ts';
import { run } from '../support/run-command.ts';
import { dayAt } from '../support/world.ts';
import { LIST } from './declared-list-of-books.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-added-metric-'));
const database = join(folder, 'tidemark.db');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let day = 0;
const answer = (_: ScriptedRequest, response: ServerResponse) => {
  const items = Array.from({ length: 40 }, (_book, i) => ({
    sku: `b${i}`,
    title: `Book ${i}`,
    sales: { sold: 50_000 - i * 100 + day },
    price: 9.99,
    reviews: { count: 1_000 + i * 10 + (i === 5 && day === 3 ? 900 : day) },
  }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items }));
};
const open = (list: Mapping, when: string) =>
  declaredWorld(list, answer, {
    database,
    watch: { shop: 'us', depth: 40 },
    rest: {
      channels: { hook: { type: 'webhook', url: 'http://127.0.0.1:9/x', allow_private: true } },
      rules: { moved: { when, notify: ['hook'] } },
      digests: { weekly: { schedule: '0 8 * * 1', notify: ['hook'] } },
    },
  });

test('a metric that is added to a declaration is everywhere where the others are', async () => {
  const before = await open(LIST, 'rank_gain > 30');
  for (day = 0; day < 2; day++) await before.take(day);
  await before.close();

  const reviews = {
    ...{ path: 'reviews.count', kind: 'count', headline: true, label: 'reviews written' },
  };
  const grown = { ...LIST, metrics: { ...LIST.metrics, reviews } };
  const opened = await open(grown, 'reviews_delta > 500');
  for (day = 2; day < 4; day++) await opened.take(day);
  const { world, config } = opened;
  try {
    expect(
      opened.rows(
        "SELECT reviews, reviews_delta FROM things_changes WHERE product_id = 'b5' ORDER BY slot_at",
      ),
    ).toEqual([
      ...[
        [null, null],
        [null, null],
        [1_052, null],
      ],
      [1_950, 898],
    ]);
    expect(opened.rows('SELECT rule, product_id FROM alert_log')).toEqual([['moved', 'b5']]);

    const [[text]] = opened.rows('SELECT message FROM notifications') as [[string]];
    const letter = composeLetter(JSON.parse(text) as Message, {
      timezone: 'UTC',
      ranks: new Map(),
      channel: 'hook',
    });
    expect(letterHtml(letter).html.replace(/<[^>]+>/g, ' ')).toMatch(/reviews written/i);

    const [digest] = config.digests;
    if (digest === undefined) throw new Error('no digest');
    const period = { sinceAt: dayAt(0), slotAt: dayAt(4), periods: 1 };
    const facts = buildDigest(world.db, { config, digest, period, origin: 'schedule' });
    const page = digestPage(
      { data: facts, type: 'digest.ready', timestamp: '2026-01-05T08:00:00.000Z' },
      'hook',
    );
    expect(digestText(page)).toMatch(/Reviews written +[\d.]+/);

    const top = run(runTop, { watch: 'w', json: true }, world);
    const rows = JSON.parse(top.out) as { product_id: string; reviews: number }[];
    expect(rows.find(({ product_id: id }) => id === 'b5')?.reviews).toBe(1_950);

    const io = memoryIo({ cwd: folder });
    const streams = { stdout: new PassThrough(), stop: new AbortController().signal };
    await runExport(io, { database, format: 'csv', view: 'history', list: 'things' }, streams);
    const [head = '', ...lines] = io.out.trim().split('\n');
    const column = head.split(',').indexOf('reviews');
    expect(lines).toHaveLength(160);
    expect(lines.filter((line) => line.split(',')[column] !== '')).toHaveLength(80);
  } finally {
    await opened.close();
  }
});
