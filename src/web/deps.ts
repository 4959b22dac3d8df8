// What the page works with, and what is found out about every request on its way.
import type { Config } from '../config/config.ts';
import type { Clock, Instant } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from '../store/file/open.ts';
import type { WebScope } from '../store/web/tokens.ts';
import type { Called } from '../words/as-called.ts';
import type { Assets } from './assets.ts';
import type { Links } from './links.ts';
import type { Write, WriteResult } from './writes.ts';

export type WebDeps = {
  /** Used for reading only. */
  db: Db;
  config: Config;
  clock: Clock;
  log: Log;
  /** One short transaction of the connection that writes. @throws AppError */
  write: <Kind extends Write['kind']>(
    write: Extract<Write, { kind: Kind }>,
  ) => Promise<WriteResult[Kind]>;
  randomBytes: (count: number) => Buffer;
  assets: Assets;
  /** How to type the commands in what was sent; undefined: not known. */
  called?: Called | undefined;
  /** Whether looking at a rule starts the process of a backtest; tests start few. */
  preparesBacktests?: boolean;
  /** How long a query may take, where that is not what it always is: for tests. */
  queryMs?: number;
  /** Differs each time the program starts. */
  boot: string;
  /** The port it listens on. */
  port: number;
};

export type Role = 'viewer' | 'operator';

/** Who asks. */
export type Who = {
  /** `password`, `token ci`, `ana`; null: nobody asks who it is. */
  name: string | null;
  role: Role;
  way: 'open' | 'session' | 'header' | 'token';
  /** Of a token; null for people, who may do all that their role allows. */
  scopes: readonly WebScope[] | null;
};

export type Env = {
  Bindings: { incoming?: { socket?: { remoteAddress?: string | undefined } } };
  Variables: {
    who: Who;
    links: Links;
    now: Instant;
  };
};
