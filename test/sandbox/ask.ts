// A sandbox at a fixed moment, and a client that only asks.
import { request } from 'undici';
import type { Clock, Instant } from '../../src/lib/clock.ts';
import type { ListRow } from '../../src/sandbox/list-row.ts';
import { ENDPOINT, SANDBOX_TOKEN, type Sandbox } from '../../src/sandbox/server.ts';

/** A clock that stands still until it is set. */
export const standingClock = (time: string): Clock & { set(time: string): void } => {
  let at: Instant = Date.parse(time);
  return {
    now: () => at,
    monotonicMs: () => at,
    sleep: () => Promise.resolve(),
    set: (next) => void (at = Date.parse(next)),
  };
};

export type ServedBody = {
  code: number;
  message: string;
  data: {
    list: ListRow[];
    pagination: { page: number; size: number; total: number; has_more: boolean };
  };
  requestId: string;
};

export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: () => ServedBody;
};

/** One request with the given query parameters; the US in 7 days unless they say otherwise. */
export async function ask(
  sandbox: Sandbox,
  query: Record<string, string | number> = {},
  headers: Record<string, string> = { authorization: `Bearer ${SANDBOX_TOKEN}` },
): Promise<Answer> {
  const parameters = new URLSearchParams(
    Object.entries({ region: 'US', time_scope: 7, ...query }).map(
      ([name, value]): [string, string] => [name, String(value)],
    ),
  );
  const response = await request(`${sandbox.url}${ENDPOINT}?${parameters.toString()}`, { headers });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as ServedBody,
  };
}

export const idsOf = (rows: readonly ListRow[]): string[] =>
  rows.map((row) => row.third_ecom_category.id);
