// What a program sends to be changed or tried.
import type { Context } from 'hono';
import { AppError } from '../../lib/errors.ts';
import type { Asked } from '../asked.ts';
import type { Env } from '../deps.ts';

/** A JSON object of texts. @throws AppError `usage` */
export async function bodyOf(c: Context<Env>): Promise<Asked> {
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('usage', 'the body must be a JSON object');
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) =>
      value === null || value === undefined ? [] : [[key, String(value)]],
    ),
  );
}
