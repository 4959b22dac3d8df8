// A source that answers as the test says, over real HTTP on loopback.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ScriptedRequest = {
  path: string;
  page: number;
  limit: number;
  /** From 1, for each page. */ attempt: number;
  parameters: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Path and parameters, as sent. */
  url: string;
  /** As far as it has come. */
  body: string;
};

export type ScriptedServer = {
  url: string;
  /** In the order they came. */
  requests: readonly ScriptedRequest[];
  /** The most requests that were under way at once. */
  peak: () => number;
  close: () => Promise<void>;
};

export async function scriptedServer(
  answer: (request: ScriptedRequest, response: ServerResponse) => unknown,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  let underWay = 0;
  let peak = 0;
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
    const page = Number(searchParams.get('page'));
    const attempt = requests.filter((request) => request.page === page).length + 1;
    const request = {
      path: pathname,
      page,
      limit: Number(searchParams.get('limit')),
      attempt,
      parameters: searchParams,
      headers: incoming.headers,
      url: incoming.url ?? '',
      body: '',
    };
    requests.push(request);
    incoming.on('data', (chunk: Buffer) => (request.body += chunk.toString('utf8')));
    peak = Math.max(peak, ++underWay);
    response.once('close', () => underWay--);
    response.on('error', () => response.destroy());
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    peak: () => peak,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  options: { status?: number; headers?: Record<string, string> } = {},
): void {
  response.writeHead(options.status ?? 200, {
    'content-type': 'application/json; charset=utf-8',
    ...options.headers,
  });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The row of a product as the documentation shows it; `number` is its place in the list, and part of its id. */
export const makeRow = (
  number: number,
  changes: Record<string, unknown> = {},
): Record<string, unknown> => ({
  comment: 12,
  cost: 4_820,
  cover_url: null,
  cpa: 4.92,
  ctr: 1.83,
  cvr: 5.71,
  ecom_type: 'l3',
  first_ecom_category: { id: '100', label: 'category_100', value: 'First' },
  second_ecom_category: { id: '200', label: 'category_200', parent_id: '100', value: 'Second' },
  third_ecom_category: {
    id: String(1_000 + number),
    label: `category_${1_000 + number}`,
    parent_id: '200',
    value: `Product ${number}`,
  },
  impression: 20_000_000,
  like: 48_452,
  play_six_rate: 8.77,
  post: 11_500,
  post_change: 0.27,
  share: 873,
  url_title: `Product-${number}`,
  ...changes,
});

export const makeBody = (
  list: readonly unknown[],
  pagination: Record<string, unknown> | null = {},
): Record<string, unknown> => ({
  code: 0,
  message: 'success',
  data:
    pagination === null
      ? { list }
      : {
          list,
          pagination: {
            page: 1,
            size: list.length,
            total: list.length,
            has_more: false,
            ...pagination,
          },
        },
  requestId: 'request-1',
});

/** Page `page` of a list of `length` rows, `size` to a page, as a faultless source serves it. */
export function makePage(
  page: number,
  size: number,
  length: number,
): {
  list: Record<string, unknown>[];
  pagination: { page: number; size: number; total: number; has_more: boolean };
} {
  const first = (page - 1) * size;
  const list = Array.from({ length: Math.max(0, Math.min(size, length - first)) }, (_, index) =>
    makeRow(first + index + 1),
  );
  return {
    list,
    pagination: { page, size: list.length, total: length, has_more: first + size < length },
  };
}
