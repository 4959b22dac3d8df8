// What forms and the API can be told to do, and by whom.
import { afterEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/lib/clock.ts';
import { listSilences } from '../../src/store/alerts/silences.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
afterEach(() => web.close());

const RULE = makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify' });

async function fired(): Promise<void> {
  web = makeWebWorld({}, { rules: [RULE] });
  await web.world.pass(dayAt(0), fetchedList(products(10)));
}

const bearer = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
});

describe('a silence', () => {
  const form = { rule: 'top3', until: '3d', reason: 'a test' };

  test('says beforehand what it would have muted, and only then is made', async () => {
    await fired();
    const preview = await (await web.post('/silences/preview', form)).text();
    expect(preview).toContain('that would have been 3 alerts, and 1 message would not have been');
    expect(listSilences(web.world.db)).toEqual([]);
    expect((await web.post('/silences', form)).status).toBe(303);
    const [silence] = listSilences(web.world.db);
    expect(silence).toMatchObject({ rule: 'top3', watch: null, reason: 'a test' });
    expect(silence?.untilAt).toBe(web.world.clock.now() + 3 * DAY_MS);
    expect(await (await web.ask('/alerts')).text()).toContain('1 silence in force');
    expect((await web.post(`/silences/${silence?.id ?? 0}/end`)).status).toBe(303);
    expect(await (await web.ask('/alerts')).text()).not.toContain('in force');
  });

  test.each([
    [{ until: '3d', reason: 'x' }, 'say what to mute'],
    [{ rule: 'top3', reason: 'x' }, 'say until when'],
    [{ rule: 'top3', until: 'soon', reason: 'x' }, 'is no duration'],
    [{ rule: 'top3', until: '2020-01-01', reason: 'x' }, 'is not in the future'],
    [{ rule: 'top3', until: '3d' }, 'say why'],
    [{ rule: 'top4', until: '3d', reason: 'x' }, 'did you mean top3?'],
  ])('%j is refused: %s', async (given, words) => {
    await fired();
    const response = await web.post('/silences', given);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words);
    expect(listSilences(web.world.db)).toEqual([]);
  });

  test('is made and ended by the API, with a token that may write', async () => {
    await fired();
    const body = JSON.stringify(form);
    const post = (token: string) =>
      web.ask('/api/v1/silences', { method: 'POST', body, headers: bearer(token) });
    expect((await post(web.token('reader', ['read']))).status).toBe(403);
    const token = web.token('writer', ['write']);
    const made = await post(token);
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({ id: 1, rule: 'top3', state: 'active' });
    const ended = await web.ask('/api/v1/silences/1', { method: 'DELETE', headers: bearer(token) });
    expect(await ended.json()).toMatchObject({ id: 1, state: 'removed' });
  });
});

describe('a delivery', () => {
  test('that was given up goes again when somebody says so', async () => {
    await fired();
    web.world.db.raw.exec("UPDATE deliveries SET state = 'dead', reason = 'HTTP 500'");
    expect((await web.post('/deliveries/1/retry')).status).toBe(303);
    const state = web.world.db.raw.prepare('SELECT state FROM deliveries').pluck().get();
    expect(state).toBe('pending');
    web.world.db.raw.exec("UPDATE deliveries SET state = 'delivered', reason = NULL");
    const refused = await web.post('/deliveries/1/retry');
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringContaining('it was delivered'),
    ]);
  });
});

describe('who only looks', () => {
  test('sees no button, and changes nothing by asking without one', async () => {
    web = makeWebWorld({
      trustedProxies: ['127.0.0.1'],
      auth: {
        passwordHash: null,
        viewerPasswordHash: null,
        header: 'remote-user',
        operators: ['ana'],
        tokens: true,
      },
    });
    await web.world.pass(dayAt(0), fetchedList(products(10)));
    const bo = { 'remote-user': 'bo' };
    const page = await (await web.ask('/silences', { headers: bo })).text();
    expect(page).not.toContain('<form');
    for (const path of ['/silences', '/silences/1/end', '/deliveries/1/retry', '/rules/top3'])
      expect((await web.post(path, { rule: 'top3' }, bo)).status, path).toBe(403);
    expect((await web.ask('/sql', { headers: bo })).status).toBe(403);
    expect((await web.ask('/api/v1/sql?q=SELECT+1', { headers: bo })).status).toBe(403);
    expect((await web.ask('/sql', { headers: { 'remote-user': 'ana' } })).status).toBe(200);
  });
});
