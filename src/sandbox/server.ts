// The simulated source as a real HTTP server. Speaks the documented endpoint and nothing else.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SECOND_MS, type Clock, type Instant } from '../lib/clock.ts';
import { faultSet, type InjectedFault } from './faults.ts';
import type { GoodsMarket } from './goods/rankings.ts';
import { rankingFaultSet } from './goods/ranking-fault-set.ts';
import {
  creditsOf,
  GOODS_ROUTES,
  goodsAnswer,
  isKnown,
  noQuota,
  type GoodsRoute,
} from './goods/routes.ts';
import { LIST_CAP, utcDay, type Market } from './market.ts';
import { readPageRequest, type PageRequest } from './page-request.ts';
import { errorReply, sendReply, type Reply } from './reply.ts';
import { htmlHome, HTML_PATH } from './reply-faults.ts';
import { listFor, servePage } from './serve-page.ts';

export const SANDBOX_TOKEN = 'sandbox';
export const ENDPOINT = '/v1/tiktok/insights/products';
const CREDITS_PER_REQUEST = 2;
const LOG_KEPT = 20_000;

export type SandboxOptions = {
  market: Market;
  /** What rankings of a date are of; without it the sandbox has none. */
  goods?: GoodsMarket;
  /** The list served is that of this clock's UTC day: its data ends with the day before. */
  clock: Clock;
  /** Default: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** What must come as `Authorization: Bearer`; default `sandbox`. */
  token?: string;
  /** Default: no end of credits. */
  credits?: number;
  /** Most rows on a page; default 20. */
  maxLimit?: number;
  /** Most requests in any second of the clock; default: no limit. */
  qps?: number;
  faults?: readonly InjectedFault[];
  /** Longest list; default 500. */
  totalCap?: number;
  /** Called for each request before it is answered. */
  onRequest?: (request: LoggedRequest) => void;
};

/** One request, as it was answered. */
export type LoggedRequest = {
  at: Instant;
  method: string;
  path: string;
  /** null when it was refused before its parameters were read, or for them. */
  request: PageRequest | null;
  /** What was asked for of another list, in words; null for none. */
  says: string | null;
  /** As sent, also when a fault kept it from arriving whole. */
  status: number;
  credits: number;
  faults: readonly string[];
};

export type Sandbox = {
  /** For `source.base_url`; without a trailing slash. */
  url: string;
  port: number;
  /** The last 20,000 requests, oldest first. */
  requests(): readonly LoggedRequest[];
  /** What is left; null when there is no end. */
  credits(): number | null;
  /** Replaces all faults. Those with `times` count anew. */
  setFaults(faults: readonly InjectedFault[]): void;
  /** Ends every connection, hanging ones too. Once closed it stays closed. */
  close(): Promise<void>;
};

type Answer = {
  reply: Reply;
  request?: PageRequest;
  says?: string;
  credits?: number;
  faults?: readonly string[];
};

/**
 * Answers in the order of a real gateway: 404 for any other path, 401 without the token, 400 for a
 * bad parameter, 429 over the rate, 402 without credits. What comes through these costs 2 credits,
 * whatever a fault then makes of it.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    market,
    clock,
    host = '127.0.0.1',
    token = SANDBOX_TOKEN,
    maxLimit = 20,
    qps = Infinity,
    totalCap = LIST_CAP,
  } = options;
  let credits = options.credits ?? Infinity;
  let faults = faultSet(options.faults ?? [], utcDay(clock.now()));
  let rankingFaults = rankingFaultSet(options.faults ?? []);
  let recent: Instant[] = [];
  let count = 0;
  const log: LoggedRequest[] = [];
  const closing = new AbortController();

  const nextId = () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;

  /** The rate and the credits, which a request that is sound counts against; null when it may pass. */
  function refusal(now: Instant, cost: number, without: Reply): Reply | null {
    recent = recent.filter((at) => now - at < SECOND_MS);
    if (recent.length >= qps) return errorReply(429, 'qps limit exceeded');
    recent.push(now);
    if (credits < cost) return without;
    credits -= cost;
    return null;
  }

  /** Of rankings, categories and plain lists. */
  function answerGoods(
    route: GoodsRoute,
    goods: GoodsMarket,
    authorization: string | undefined,
    query: string,
    now: Instant,
  ): Answer {
    if (!isKnown(route.door, authorization, token))
      return { reply: errorReply(401, 'apiKey is null') };
    const made = goodsAnswer(route, new URLSearchParams(query), { goods, totalCap });
    if ('problem' in made) return { reply: errorReply(400, made.problem) };
    const cost = creditsOf(route);
    const refused = refusal(now, cost, noQuota(route.door));
    return refused === null
      ? { ...made(now, nextId(), rankingFaults), credits: cost }
      : { reply: refused };
  }

  function answer(incoming: IncomingMessage, path: string, query: string, now: Instant): Answer {
    if (incoming.method !== 'GET') return { reply: errorReply(404, 'Not Found') };
    if (path === HTML_PATH) return { reply: htmlHome };
    const { authorization } = incoming.headers;
    const route = GOODS_ROUTES.get(path);
    if (route !== undefined && options.goods !== undefined)
      return answerGoods(route, options.goods, authorization, query, now);
    if (path !== ENDPOINT) return { reply: errorReply(404, 'Not Found') };
    if (authorization !== `Bearer ${token}`) return { reply: errorReply(401, 'apiKey is null') };
    const request = readPageRequest(new URLSearchParams(query));
    if ('problem' in request) return { reply: errorReply(400, request.problem) };
    const refused = refusal(now, CREDITS_PER_REQUEST, noQuota('keyapi'));
    if (refused !== null) return { reply: refused, request };

    const served = {
      market,
      now,
      request,
      totalCap,
      limit: Math.min(request.limit, maxLimit),
      requestId: nextId(),
    };
    const lastPage = Math.ceil(listFor(served).length / served.limit);
    const acting = faults.use(request, utcDay(now), lastPage);
    return {
      reply: servePage(served, acting),
      request,
      credits: CREDITS_PER_REQUEST,
      faults: acting.map(({ name }) => name),
    };
  }

  const server = createServer((incoming, response) => {
    const now = clock.now();
    const [path = '', query = ''] = (incoming.url ?? '').split('?');
    const {
      reply,
      request = null,
      says = null,
      credits: charged = 0,
      faults: acting = [],
    } = answer(incoming, path, query, now);
    const logged = {
      at: now,
      method: incoming.method ?? '',
      path,
      request,
      says,
      status: reply.status,
      credits: charged,
      faults: acting,
    };
    log.push(logged);
    if (log.length > LOG_KEPT) log.shift();
    options.onRequest?.(logged);
    // Sending fails only when the client has gone away, so nobody is left to tell.
    response.on('error', () => response.destroy());
    sendReply(reply, response, closing.signal).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests: () => log,
    credits: () => (credits === Infinity ? null : credits),
    setFaults: (injected) => {
      faults = faultSet(injected, utcDay(clock.now()));
      rankingFaults = rankingFaultSet(injected);
    },
    close: async () => {
      if (!server.listening) return;
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
