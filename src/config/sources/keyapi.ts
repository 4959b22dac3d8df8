import * as z from 'zod';
import { KEYAPI_LISTS } from '../../list/shipped.ts';
import type { SourceConfig } from '../config.ts';
import { baseUrlProblem, tokenProblem } from '../formats.ts';
import { secret } from '../secret-mark.ts';
import { file, oneRequired, section, text, wholeOr } from '../sections/values.ts';
import {
  builtPace,
  paceKeys,
  requiredSecret,
  sourceKind,
  type FileContents,
} from './source-config.ts';

const { requests_per_second, concurrency, timeout, daily_credits } = paceKeys(1, 500);

/** Keys of `source`, and of a source of type keyapi. */
const keys = {
  base_url: text(baseUrlProblem)
    .default('https://api.keyapi.ai')
    .describe('Address of the source.')
    .meta({ format: 'uri' }),
  token: secret(
    text(tokenProblem)
      .optional()
      .describe('API key, sent as a bearer token. This or token_file is required.'),
    { checkFile: tokenProblem, isRequired: true, standIn: 'spared' },
  ),
  token_file: file().optional().describe('File that holds the API key.'),
  requests_per_second,
  concurrency,
  timeout,
  page_size: wholeOr(1, 20, 20).describe('Rows asked for per request; a server may serve fewer.'),
  credits_per_request: wholeOr(0, 10_000, 2).describe('What one request costs.'),
  daily_credits,
};

/** `source:`, which is short for `sources: { keyapi: … }`. */
export const keyapiSection = section(keys).meta({ oneOf: oneRequired('token', 'token_file') });

/** A source of KeyAPI as the rest of Tidemark reads it. */
export const buildKeyapi = (
  name: string,
  place: string,
  given: z.output<typeof keyapiSection>,
  files: FileContents,
): SourceConfig => ({
  name,
  place,
  kind: 'keyapi',
  lists: KEYAPI_LISTS,
  baseUrl: given.base_url.replace(/\/+$/, ''),
  auth: { kind: 'bearer', token: requiredSecret('token', given.token, files) },
  // The user chose its address, and it may be a simulated source on this machine.
  allowPrivate: true,
  pageSize: given.page_size,
  creditsPerRequest: given.credits_per_request,
  ...builtPace(given),
});

/** KeyAPI. */
export const keyapi = sourceKind({
  keys: section({ type: z.literal('keyapi').describe('KeyAPI.'), ...keys }).meta({
    oneOf: oneRequired('token', 'token_file'),
  }),
  lists: () => KEYAPI_LISTS,
  build: (name, given, files) => buildKeyapi(name, `sources.${name}`, given, files),
});
