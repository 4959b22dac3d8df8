// The page over a small world: every route without a socket.
import type { Hono } from 'hono';
import type { Config } from '../../src/config/config.ts';
import { makeApp } from '../../src/web/app.ts';
import { hashOf } from '../../src/web/access/secrets.ts';
import { makeAssets } from '../../src/web/assets.ts';
import type { Env, WebDeps } from '../../src/web/deps.ts';
import { performWrite } from '../../src/web/writes.ts';
import { insertToken, type WebScope } from '../../src/store/web/tokens.ts';
import { makeWeb, makeWorld, type World } from '../support/world.ts';

export const PORT = 8710;
export const HOST = `127.0.0.1:${PORT}`;

export type WebWorld = {
  world: World;
  /** Lines of the log. */
  logged: { level: string; message: string; fields: object }[];
  deps(): WebDeps;
  /** Asks the page; the `Host` is its own and the peer is loopback, unless said otherwise. */
  ask(path: string, init?: RequestInit & { peer?: string }): Promise<Response>;
  /** A POST of a form from a page of ours. */
  post(
    path: string,
    form?: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Makes a token. */
  token(name: string, scopes: readonly WebScope[]): string;
  close(): void;
};

/** A world whose config has `web`. */
export function makeWebWorld(
  web: Partial<Config['web']> = {},
  overrides: Partial<Config> = {},
  world = makeWorld({
    web: makeWeb({ listen: { host: '127.0.0.1', port: PORT }, ...web }),
    ...overrides,
  }),
): WebWorld {
  const logged: WebWorld['logged'] = [];
  const logAt = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields, message });
  let count = 0;
  const deps: WebDeps = {
    db: world.db,
    config: world.config,
    clock: world.clock,
    log: { info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
    write: async (write) =>
      performWrite({ db: world.db, channels: world.config.channels }, write, world.clock.now()),
    randomBytes: (length) => Buffer.alloc(length, ++count),
    assets: makeAssets({ 'page.css': 'a{}', 'icon.svg': '<svg/>', 'page.js': '1', 'rule.js': '1' }),
    boot: 'boot',
    port: PORT,
  };
  let app: Hono<Env> | undefined;
  const ask: WebWorld['ask'] = async (path, { peer = '127.0.0.1', ...init } = {}) => {
    app ??= makeApp(deps);
    const headers = new Headers(init.headers);
    if (!headers.has('host')) headers.set('host', HOST);
    return app.request(
      `http://${HOST}${path}`,
      { ...init, headers },
      { incoming: { socket: { remoteAddress: peer } } },
    );
  };
  return {
    world,
    logged,
    deps: () => deps,
    ask,
    post: (path, form = {}, headers = {}) =>
      ask(path, {
        method: 'POST',
        body: new URLSearchParams(form).toString(),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: `http://${HOST}`,
          ...headers,
        },
      }),
    token: (name, scopes) => {
      const text = `tm_${name.padEnd(43, 'x')}`;
      insertToken(world.db, { name, hash: hashOf(text), scopes }, world.clock.now());
      return text;
    },
    close: () => world.close(),
  };
}
