import * as z from 'zod';
import { REGION_PATTERN, keywordProblem, regionProblem } from '../formats.ts';
import { must, text, wholeOr, schedule, timezone, section } from './values.ts';

const categoryId = text((value) =>
  /^\d{1,20}$/.test(value) ? null : 'must be a category id of digits',
).meta({ pattern: String.raw`^\d{1,20}$`, examples: ['601583'] });
/** Ids are easily written without quotes; but beyond 2^53 YAML's number is another one. */
const inQuotes = must('must be text; put it in quotes');

/** Keys of a watch. */
export const watch = section({
  region: text(regionProblem, (value) =>
    [value.toUpperCase(), value.toLowerCase()].find((other) => regionProblem(other) === null),
  )
    .describe('Country as two capital letters (ISO 3166-1 alpha-2), or all_regions.')
    .meta({ pattern: REGION_PATTERN.source, examples: ['US', 'GB', 'all_regions'] }),
  time_scope: wholeOr(1, 3_650, 1).describe(
    'Days the list looks back: 1, 7 or 30. Other values are passed on, with a warning.',
  ),
  category: z
    .union(
      [categoryId, z.int(inQuotes).min(0, inQuotes).transform(String)],
      must('must be a category id of digits'),
    )
    .nullable()
    .default(null)
    .describe('Category id of the source; null for all.')
    .meta({ default: null }),
  keyword: text(keywordProblem)
    .nullable()
    .default(null)
    .describe('Search word; null for the whole list.'),
  depth: wholeOr(1, 10_000, 500).describe(
    'How many ranks to track. Each page_size of them costs one request.',
  ),
  schedule: schedule().describe(
    'When to take snapshots: a cron expression of five fields, in timezone.',
  ),
  timezone: timezone().optional().describe("Time zone of schedule. Default: the file's timezone."),
});
