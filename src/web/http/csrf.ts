// A request that changes something must come from a page of ours. Browsers say where a request
// comes from, and no page can change that.
import type { MiddlewareHandler } from 'hono';
import type { WebConfig } from '../../config/config.ts';
import type { Env } from '../deps.ts';
import { Refusal } from './refusal.ts';

const READING = new Set(['GET', 'HEAD']);

/**
 * Lets writes through that a token came with, those of our own pages, and one click of a mail program. The API takes writes with
 * a token only: nothing that a browser adds by itself counts there.
 */
export const originGate =
  (config: WebConfig): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (READING.has(c.req.method) || c.get('who').way === 'token') return next();
    // A mail program that unsubscribes comes from no page; its signed link says all.
    if (c.req.path === '/unsubscribe') return next();
    if (/^\/(api|mcp)(\/|$)/.test(c.req.path))
      throw new Refusal(403, 'this needs a token with the scope it is for', {
        hint: 'tidemark web token add NAME --scope write',
      });
    const origins = [
      ...(config.publicUrl === null ? [] : [new URL(config.publicUrl).origin]),
      // The host is one of ours: see host.ts.
      `http://${c.req.header('host') ?? ''}`,
    ];
    const isOurs =
      c.req.header('sec-fetch-site') === 'same-origin' ||
      origins.includes(c.req.header('origin') ?? '-');
    if (isOurs) return next();
    throw new Refusal(403, 'this came from another page than ours, and was not done', {
      hint: 'if a proxy stands before Tidemark, set public_url to the address you use',
    });
  };
