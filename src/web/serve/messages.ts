// What the thread of the page and the main thread send each other. Plain values only.
import type { ErrorCode } from '../../lib/errors.ts';
import type { Called } from '../../words/as-called.ts';
import type { Write, WriteResult } from '../writes.ts';

/** What the thread is started with. */
export type WorkerStart = {
  configPath: string;
  scripts: Readonly<Record<string, string>>;
  queryEntry: string;
  backtestEntry: string;
  called: Called | undefined;
};

export type ToMain =
  | { kind: 'serving'; url: string }
  /** It cannot listen, and ends. */
  | { kind: 'failed'; message: string }
  /** It is not stuck. */
  | { kind: 'alive' }
  | { kind: 'log'; level: 'info' | 'warn' | 'error'; fields: object; message: string }
  | { kind: 'write'; id: number; write: Write };

export type Written =
  | { ok: true; value: WriteResult[Write['kind']] }
  | { ok: false; code: ErrorCode; message: string; hint: string | undefined };

export type ToWorker =
  { kind: 'wrote'; id: number; result: Written } | { kind: 'ask' } | { kind: 'stop' };
