// The document of the API: sound by itself, and true of what is served.
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import { enqueue } from '../../src/delivery/enqueue.ts';
import { makeApp } from '../../src/web/app.ts';
import { openApiText } from '../../src/web/openapi/document.ts';
import { makeDigest } from '../digest/market-world.ts';
import { makeHook } from '../delivery/outbox-world.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { crawlWorld, HOSTILE } from './crawl-world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

type Media = { schema: object };
type Answer = { $ref?: string; content?: Record<string, Media> };
type Operation = { responses: Record<string, Answer>; operationId: string };
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; responses: Record<string, Answer> };
};

const TEXT = openApiText();
const document = JSON.parse(TEXT) as Document;

let web: WebWorld | undefined;
afterEach(() => {
  web?.close();
  web = undefined;
});

/** A world in which every path has something to show. */
async function fullWorld(): Promise<WebWorld> {
  const hook = makeHook('http://127.0.0.1:9/');
  const rule = makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify', notify: ['hook'] });
  web = makeWebWorld(
    {},
    { rules: [rule], channels: [hook], digests: [makeDigest({ notify: ['hook'] })] },
  );
  const { db, clock } = web.world;
  await web.world.pass(dayAt(0), fetchedList(products(10)));
  await web.world.pass(dayAt(1), fetchedList(products(12).reverse()));
  for (const key of ['a', 'b', 'c'])
    db.transaction(() =>
      enqueue(db, {
        key,
        channel: hook,
        message: {
          type: 'channel.test',
          timestamp: '2026-01-01T00:00:00.000Z',
          data: { channel: 'hook', text: 'x' },
        },
        now: clock.now(),
      }),
    );
  return web;
}

test('is sound OpenAPI 3.1', async () => {
  expect(document.openapi).toBe('3.1.0');
  const result = await new Validator().validate(TEXT);
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('has every route of the API, and no other', async () => {
  const page = await fullWorld();
  const served = makeApp(page.deps())
    .routes.filter(({ path, method }) => path.startsWith('/api/v1/') && method !== 'ALL')
    .map(
      ({ path, method }) => `${method} ${path.replace('/api/v1', '').replace(/:(\w+)/g, '{$1}')}`,
    )
    // One route answers in both forms.
    .flatMap((route) => (route.endsWith('/products/{id}') ? [route, `${route}.csv`] : [route]));
  const written = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...new Set(served)].sort()).toEqual(written.sort());
});

test('is served as it is written', async () => {
  const served = makeWebWorld();
  web = served;
  const text = '{"openapi":"3.1.0"}';
  const assets = new Map([
    ...served.deps().assets,
    ['openapi.json', { body: text, type: 'application/json', hash: 'x' }] as const,
  ]);
  served.deps().assets = assets;
  const answer = await served.ask('/api/v1/openapi.json');
  expect([answer.status, await answer.text()]).toEqual([200, text]);
});

describe('what is answered', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'https://tidemark/', components: document.components });
  const compiled = new Map<object, ValidateFunction>();
  /** References of the document are to itself. */
  const validatorOf = (schema: object): ValidateFunction => {
    const found = compiled.get(schema);
    if (found !== undefined) return found;
    const text = JSON.stringify(schema).replaceAll('"#/', '"https://tidemark/#/');
    const made = ajv.compile(JSON.parse(text) as object);
    compiled.set(schema, made);
    return made;
  };
  const schemaOf = (path: string, method: string, status: string): object => {
    const answer = document.paths[path]?.[method]?.responses[status];
    const found =
      answer?.$ref === undefined
        ? answer
        : document.components.responses[answer.$ref.split('/').at(-1) ?? ''];
    const [media] = Object.values(found?.content ?? {});
    if (media === undefined) throw new Error(`nothing is said of ${method} ${path} ${status}`);
    return media.schema;
  };

  const EXAMPLES: Readonly<Record<string, string>> = {
    '/status': '/status',
    '/watches': '/watches',
    '/watches/{watch}/leaderboard': '/watches/us-daily/leaderboard',
    '/watches/{watch}/movers': '/watches/us-daily/movers',
    '/watches/{watch}/products/{id}': '/watches/us-daily/products/p1',
    '/watches/{watch}/coverage': '/watches/us-daily/coverage',
    '/snapshots/{id}': '/snapshots/1',
    '/alerts': '/alerts',
    '/alerts/{id}': '/alerts/1',
    '/rules': '/rules',
    '/silences': '/silences',
    '/deliveries': '/deliveries',
    '/deliveries/{id}': '/deliveries/1',
    '/digests': '/digests',
    '/digests/{name}': '/digests/weekly',
    '/credits': '/credits',
    '/doctor': '/doctor',
  };

  test.each(Object.entries(EXAMPLES))('by GET %s is as it is written', async (path, asked) => {
    const page = await fullWorld();
    const answer = await page.ask(`/api/v1${asked}`);
    const body: unknown = await answer.json();
    expect([answer.status, JSON.stringify(body).slice(0, 200)]).toEqual([200, expect.anything()]);
    const isSound = validatorOf(schemaOf(path, 'get', '200'));
    expect(isSound(body) ? [] : isSound.errors).toEqual([]);
  });

  test('of names from elsewhere, gaps and lists of one is as it is written', async () => {
    const page = await crawlWorld();
    web = page;
    const id = encodeURIComponent(`a/b?c#${HOSTILE}`);
    const asked: [path: string, asked: string][] = [
      ...Object.entries(EXAMPLES),
      ['/watches/{watch}/leaderboard', '/watches/hostile/leaderboard?at=2026-01-22'],
      ['/watches/{watch}/leaderboard', '/watches/us-daily/leaderboard?compare=7d&show=left'],
      ['/watches/{watch}/movers', '/watches/hostile/movers?compare=36h'],
      ['/watches/{watch}/products/{id}', `/watches/hostile/products/${id}?days=400`],
      ['/watches/{watch}/coverage', '/watches/hostile/coverage'],
      // Failed, missed and partial.
      ...[6, 10, 15].map((day): [string, string] => ['/snapshots/{id}', `/snapshots/${day}`]),
      ['/alerts', '/alerts?told=all&limit=1000'],
      ['/deliveries', '/deliveries?limit=1000'],
    ];
    const wrong: string[] = [];
    for (const [path, one] of asked) {
      const known = one.replace('/products/p1', '/products/none');
      const answer = await page.ask(`/api/v1${known}`);
      const isSound = validatorOf(schemaOf(path, 'get', String(answer.status)));
      if (!isSound(await answer.json())) wrong.push(`${known} ${JSON.stringify(isSound.errors)}`);
    }
    expect(wrong).toEqual([]);
  });

  test('to whoever writes is as it is written', async () => {
    const page = await fullWorld();
    const headers = {
      authorization: `Bearer ${page.token('ci', ['write'])}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ rule: 'top3', until: '3d', reason: 'a test' });
    const isSilence = validatorOf(schemaOf('/silences', 'post', '201'));
    const made = await page.ask('/api/v1/silences', { method: 'POST', headers, body });
    expect([made.status, isSilence(await made.json())]).toEqual([201, true]);
    const ended = await page.ask('/api/v1/silences/1', { method: 'DELETE', headers });
    expect([ended.status, isSilence(await ended.json())]).toEqual([200, true]);
    const areDeliveries = validatorOf(schemaOf('/channels/{name}/test', 'post', '201'));
    const tested = await page.ask('/api/v1/channels/hook/test', { method: 'POST', headers });
    expect([tested.status, areDeliveries(await tested.json())]).toEqual([201, true]);
  });

  test.each([
    ['/alerts', '/alerts?limit=0', 400],
    ['/alerts', '/alerts?cursor=abc', 400],
    ['/alerts/{id}', '/alerts/99', 404],
    ['/watches/{watch}/leaderboard', '/watches/none/leaderboard', 404],
  ])('when %s goes wrong is a problem', async (path, asked, status) => {
    const page = await fullWorld();
    const answer = await page.ask(`/api/v1${asked}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const isProblem = validatorOf(schemaOf(path, 'get', String(status)));
    expect(isProblem(await answer.json())).toBe(true);
  });
});

describe('a log in parts', () => {
  type Row = { id: number };

  async function parts(path: string, between: (part: number) => void): Promise<number[]> {
    const ids: number[] = [];
    let next: string | undefined = path;
    for (let part = 0; next !== undefined; part++) {
      const answer: Response = await (web as WebWorld).ask(next);
      expect(answer.status).toBe(200);
      ids.push(...((await answer.json()) as Row[]).map(({ id }) => id));
      next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      between(part);
    }
    return ids;
  }

  test('of alerts has each once, whatever is added meanwhile', async () => {
    const { world } = await fullWorld();
    const before = world.db.raw.prepare('SELECT count(*) FROM alerts').pluck().get() as number;
    const copied = 'SELECT * FROM alerts ORDER BY id DESC LIMIT 1';
    const ids = await parts('/api/v1/alerts?limit=2', () => {
      const row = world.db.raw.prepare(copied).get() as Record<string, unknown>;
      const { id, ...rest } = row;
      const later = { ...rest, id: Number(id) + 1, slot_at: Number(row['slot_at']) + 1 };
      const names = Object.keys(later);
      world.db.raw
        .prepare(
          `INSERT INTO alerts (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
        )
        .run(later);
    });
    expect(before).toBeGreaterThan(4);
    expect(ids.length).toBe(before);
    expect(new Set(ids).size).toBe(before);
  });

  test('of deliveries has each once, whatever is added meanwhile', async () => {
    const { world } = await fullWorld();
    const { db, clock, config } = world;
    const [channel] = config.channels;
    if (channel === undefined) throw new Error('no channel');
    const before = db.raw.prepare('SELECT count(*) FROM deliveries').pluck().get() as number;
    const ids = await parts('/api/v1/deliveries?limit=1', (part) =>
      db.transaction(() =>
        enqueue(db, {
          key: `later-${part}`,
          channel,
          message: {
            type: 'channel.test',
            timestamp: '2026-01-01T00:00:00.000Z',
            data: { channel: 'hook', text: 'x' },
          },
          now: clock.now(),
        }),
      ),
    );
    expect(ids).toEqual(Array.from({ length: before }, (_, index) => before - index));
  });

  test('refuses a cursor that is damaged, or of another log', async () => {
    const page = await fullWorld();
    const link = (await page.ask('/api/v1/alerts?limit=1')).headers.get('link') ?? '';
    const cursor = /cursor=([^>&]+)/.exec(link)?.[1] ?? '';
    expect((await page.ask(`/api/v1/alerts?cursor=${cursor}`)).status).toBe(200);
    for (const bad of [cursor.slice(0, -1), cursor.slice(1), `${cursor}x`, '100', '..', 'x.y'])
      expect([bad, (await page.ask(`/api/v1/alerts?cursor=${bad}`)).status]).toEqual([bad, 400]);
    expect((await page.ask(`/api/v1/deliveries?cursor=${cursor}`)).status).toBe(400);
  });
});
