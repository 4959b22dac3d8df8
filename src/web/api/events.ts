// What has just happened, as server-sent events: a snapshot was stored, an alert was told.
import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { SECOND_MS } from '../../lib/clock.ts';
import { dataVersion } from '../../store/file/versions.ts';
import { readMarks, type Marks } from '../../store/reading/marks.ts';
import type { Env, WebDeps } from '../deps.ts';
import { IN_PARTS } from '../http/compressed.ts';
import { Refusal } from '../http/refusal.ts';

const MOST_STREAMS = 20;
const LOOK_MS = 2 * SECOND_MS;
/** Proxies end a stream that says nothing for longer than this. */
const ALIVE_EVERY = 10;

/** Adds /events. A stream says only that something is new; what it is, is asked for. */
export function addEvents(api: Hono<Env>, { db, clock }: WebDeps): void {
  let open = 0;
  api.get('/events', (c) => {
    if (open >= MOST_STREAMS)
      throw new Refusal(429, 'too many pages listen already', { retryAfter: 60 });
    open++;
    c.header(IN_PARTS, 'no');
    return streamSSE(c, async (stream) => {
      const ended = new AbortController();
      stream.onAbort(() => ended.abort());
      try {
        let version = dataVersion(db);
        // Who was here before is told of what was missed.
        let marks =
          readMarkId(c.req.header('last-event-id') ?? c.req.query('last')) ?? readMarks(db);
        const tell = async (next: Marks) => {
          for (const event of changed(marks, next))
            await stream.writeSSE({ event, id: markId(next), data: JSON.stringify(next) });
          marks = next;
        };
        await stream.writeSSE({ event: 'hello', id: markId(marks), data: '{}' });
        await tell(readMarks(db));
        for (let turn = 1; ; turn++) {
          await clock.sleep(LOOK_MS, ended.signal);
          // The database may be closed by now.
          if (ended.signal.aborted) return;
          const now = dataVersion(db);
          if (turn % ALIVE_EVERY === 0) await stream.write(': alive\n\n');
          if (now === version) continue;
          version = now;
          await tell(readMarks(db));
        }
      } finally {
        open--;
      }
    });
  });
}

/** Of an event: what is the newest then. */
const markId = ({ snapshot, alert }: Marks): string => `${snapshot}-${alert}`;

/** Null for what is none: whoever comes with it begins now. */
function readMarkId(text: string | undefined): Marks | null {
  const [, snapshot, alert] = /^(\d{1,12})-(\d{1,12})$/.exec(text ?? '') ?? [];
  return snapshot === undefined ? null : { snapshot: Number(snapshot), alert: Number(alert) };
}

const changed = (before: Marks, after: Marks): (keyof Marks)[] =>
  (['snapshot', 'alert'] as const).filter((what) => after[what] > before[what]);
