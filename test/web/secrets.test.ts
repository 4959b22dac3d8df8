// The SQL console against secrets: whoever may ask everything finds none of them.
import { afterEach, expect, test } from 'vitest';
import { hashPassword } from '../../src/web/access/password.ts';
import { keyFor } from '../../src/store/web/keys.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { makeWeb } from '../support/world.ts';
import { makeWebWorld, PORT } from './web-world.ts';

const PASSWORD = 'correct horse battery staple';
let file: HistoryFile;
afterEach(() => file.close());

test('no table that a query reads holds a cookie, a token, a password, or the key of links', async () => {
  file = makeHistoryFile({
    web: makeWeb({
      listen: { host: '127.0.0.1', port: PORT },
      auth: {
        passwordHash: await hashPassword(PASSWORD),
        viewerPasswordHash: null,
        header: null,
        operators: [],
        tokens: true,
      },
    }),
  });
  await takeDays(file.world, 1);
  const web = makeWebWorld({}, {}, file.world);
  const token = web.token('ci', ['read', 'write']);
  const key = keyFor(file.world.db, 'links', () => Buffer.alloc(32, 171), file.world.clock.now());
  const login = await web.post('/login', { password: PASSWORD });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const secrets = [PASSWORD, token, cookie.split('=')[1] ?? '', key.toString('hex')];
  expect(secrets.every((secret) => secret.length > 20)).toBe(true);

  const ask = async (q: string) => {
    const address = `/api/v1/sql?${new URLSearchParams({ q }).toString()}`;
    const answer = await web.ask(address, { headers: { cookie } });
    return { status: answer.status, text: await answer.text() };
  };
  for (const table of ['web_sessions', 'web_tokens', 'config_in_force']) {
    const columns = file.world.db.raw.pragma(`table_info(${table})`) as { name: string }[];
    const all = columns.map(({ name }) => `CAST(${name} AS TEXT) AS ${name}, hex(${name})`);
    const { status, text } = await ask(`SELECT ${all.join(', ')} FROM ${table}`);
    expect([table, status]).toEqual([table, 200]);
    for (const secret of secrets) {
      expect(text).not.toContain(secret);
      expect(text.toLowerCase()).not.toContain(Buffer.from(secret).toString('hex'));
    }
  }
  const refused = await ask('SELECT hex(key) FROM web_keys');
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('web_keys is not available here');
});
