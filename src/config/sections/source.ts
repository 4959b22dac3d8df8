import * as z from 'zod';
import { MINUTE_MS } from '../../lib/clock.ts';
import { baseUrlProblem, tokenProblem } from '../formats.ts';
import { secret } from '../secret-mark.ts';
import {
  text,
  readNumber,
  whole,
  wholeOr,
  positiveOr,
  duration,
  file,
  section,
  oneRequired,
} from './values.ts';

/** Keys of `source`. */
export const source = section({
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
  requests_per_second: positiveOr(100, 1).describe(
    'Most requests per second, over all watches; 0.5 is one every two seconds.',
  ),
  concurrency: wholeOr(1, 50, 2).describe('Most requests under way at once.'),
  timeout: duration(10 * MINUTE_MS)
    .default('30s')
    .describe('Longest time for one whole exchange: connect, headers and body; at most 10m.'),
  page_size: wholeOr(1, 20, 20).describe('Rows asked for per request; a server may serve fewer.'),
  credits_per_request: wholeOr(0, 10_000, 2).describe('What one request costs.'),
  daily_credits: z
    .preprocess(readNumber, whole(0, 1_000_000_000).nullable().default(500))
    .describe(
      'Most credits per UTC day. Never exceeded: a watch that does not fit is skipped, and that is said. null: no limit.',
    ),
}).meta({ oneOf: oneRequired('token', 'token_file') });
