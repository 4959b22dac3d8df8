// What every operation of the API says alike: its problems, its answer, and its twin in CSV.
import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import * as shapes from './shapes.ts';

const text = z.string();

const PROBLEMS = {
  '400': 'Something that was asked for could not be read',
  '401': 'It is not known who asks, or the token is not known',
  '403': 'Whoever asks may not do this',
  '404': 'There is no such thing',
  '429': 'Too many requests: `Retry-After` says when to come again',
  '503': 'Not possible at the moment',
} as const;

const problems = Object.fromEntries(
  Object.entries(PROBLEMS).map(([status, description]) => [
    status,
    {
      id: `problem${status}`,
      description,
      content: { 'application/problem+json': { schema: shapes.problem } },
    },
  ]),
);

/** What is asked, and of what. */
type Asked = {
  summary: string;
  operationId: string;
  tag: string;
  path?: Record<string, z.ZodType>;
  query?: Record<string, z.ZodType>;
  /** Header fields of a good answer. */
  headers?: Record<string, z.ZodType>;
};
type Answered = { description: string; type: string; schema: z.ZodType };

/**
 * One operation, with the problems that each can answer with.
 * @param more What only this one has: its body, who may call it.
 * @param status Of a good answer.
 */
export function operation(
  { summary, operationId, tag, path, query, headers }: Asked,
  { description, type, schema }: Answered,
  more: Partial<ZodOpenApiOperationObject> = {},
  status: '200' | '201' = '200',
): ZodOpenApiOperationObject {
  const params = {
    ...(path === undefined ? {} : { path: z.object(path) }),
    ...(query === undefined ? {} : { query: z.object(query) }),
  };
  return {
    summary,
    operationId,
    tags: [tag],
    ...(Object.keys(params).length === 0 ? {} : { requestParams: params }),
    responses: {
      [status]: {
        description,
        ...(headers === undefined ? {} : { headers: z.object(headers) }),
        content: { [type]: { schema } },
      },
      ...problems,
    },
    ...more,
  };
}

/** An answer in JSON. */
export const json = (description: string, schema: z.ZodType): Answered => ({
  description,
  type: 'application/json',
  schema,
});
const CSV: Answered = {
  description: 'The same rows as CSV, with a head',
  type: 'text/csv',
  schema: text,
};

/** A path that is read, and the same with `.csv` behind it. */
export const both = (path: string, asked: Asked, answered: Answered): ZodOpenApiPathsObject => ({
  [path]: { get: operation(asked, answered) },
  [`${path}.csv`]: {
    get: operation(
      { ...asked, summary: `${asked.summary}, as CSV`, operationId: `${asked.operationId}Csv` },
      CSV,
    ),
  },
});

/** A path that is read. */
export const one = (path: string, asked: Asked, answered: Answered): ZodOpenApiPathsObject => ({
  [path]: { get: operation(asked, answered) },
});

/** Of an operation that writes: only a token may. */
export const WRITES = { security: [{ token: [] }] };
