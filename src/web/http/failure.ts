// What went wrong, as a page for people and as problem+json (RFC 9457) for programs.
import { html } from 'ghtml';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import { storageFailure } from '../../store/file/storage-failure.ts';
import type { Env, WebDeps } from '../deps.ts';
import { contextOf } from '../context.ts';
import { withTyped } from '../parts/command.ts';
import { page } from '../parts/page.ts';
import { Refusal } from './refusal.ts';

type Failure = {
  status: ContentfulStatusCode;
  title: string;
  detail: string;
  hint: string | undefined;
  retryAfter?: number | undefined;
};

const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  not_found: 404,
  usage: 400,
  query_refused: 400,
  config_invalid: 400,
};

const TITLES: Record<number, string> = {
  400: 'That could not be read',
  401: 'Who are you?',
  403: 'Not allowed',
  404: 'Not found',
  413: 'Too much',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Not possible at the moment',
};

/** What was not foreseen is logged, and not shown to anybody. */
function failureOf(thrown: unknown, deps: WebDeps, path: string): Failure {
  const known = knownFailure(thrown);
  if (known !== null) return known;
  deps.log.error({ path, err: thrown instanceof Error ? thrown.stack : thrown }, 'a page failed');
  return made(500, 'This page failed. The log of the daemon says why.', undefined);
}

function knownFailure(thrown: unknown): Failure | null {
  if (thrown instanceof Refusal)
    return { ...made(thrown.status, thrown.message, thrown.hint), retryAfter: thrown.retryAfter };
  if (thrown instanceof HTTPException) return made(thrown.status, thrown.message, undefined);
  const error = thrown instanceof AppError ? thrown : storageFailure(thrown);
  return error === null ? null : made(STATUS[error.code] ?? 503, error.message, error.hint);
}

const made = (status: ContentfulStatusCode, detail: string, hint: string | undefined): Failure => ({
  status,
  title: TITLES[status] ?? 'That did not work',
  detail,
  hint,
});

/** Answers for whatever was thrown on the way. */
export function failed(deps: WebDeps, thrown: unknown, c: Context<Env>): Response {
  return answer(deps, failureOf(thrown, deps, c.req.path), c);
}

/** Answers for a path that nothing has. */
export const notFound = (deps: WebDeps, c: Context<Env>): Response =>
  answer(deps, made(404, `There is no page ${c.req.path}`, undefined), c);

function answer(deps: WebDeps, failure: Failure, c: Context<Env>): Response {
  const { status, title, detail, retryAfter } = failure;
  const hint = failure.hint === undefined ? undefined : withTyped({ deps }, failure.hint);
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (/^\/(api|mcp|feeds)(\/|$)/.test(c.req.path))
    return c.json({ type: 'about:blank', title, status, detail, hint }, status, {
      ...headers,
      'content-type': 'application/problem+json',
    });
  // It may not be known yet who asks.
  if (c.get('links') === undefined || c.get('who') === undefined)
    return c.text(`${title}: ${detail}\n`, status, headers);
  const body = html`<h1>${title}</h1><p class="problem">${detail}</p>
!${hint === undefined ? '' : html`<p class="soft">${hint}</p>`}
<p><a href="${c.get('links').to('/')}">To the overview</a></p>`;
  const view = { title, section: null, body };
  return c.html(page(contextOf(deps, c), view), status, headers);
}
