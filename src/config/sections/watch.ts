import * as z from 'zod';
import type { AskedValue, Parameter } from '../../list/list-kind.ts';
import { TOP_PRODUCTS } from '../../list/top-products.ts';
import { must, text, wholeOr, schedule, timezone, section } from './values.ts';

/** Ids are easily written without quotes; but beyond 2^53 YAML's number is another one. */
const inQuotes = must('must be text; put it in quotes');

/**
 * The check of one key, with its default and its description, for validation and for editors alike.
 */
function keyOf({ values, fallback, description }: Parameter): z.ZodType {
  if (values.kind === 'whole') {
    const { from, to } = values;
    return wholeOr(from, to, Number(fallback ?? from)).describe(description);
  }
  const { check, suggest, pattern, examples } = values;
  const meta = {
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
    ...(examples === undefined ? {} : { examples: [...examples] }),
  };
  const one = text(check, suggest);
  if (values.kind === 'id') {
    const id = z.union(
      [one.meta(meta), z.int(inQuotes).min(0, inQuotes).transform(String)],
      must(check('') ?? 'must be an id'),
    );
    return fallback === null
      ? id.nullable().default(null).describe(description).meta({ default: null })
      : id.describe(description);
  }
  return fallback === null
    ? one.nullable().default(null).describe(description).meta(meta)
    : one.describe(description).meta(meta);
}

/** The keys that the list declares. */
const asked = Object.fromEntries(
  TOP_PRODUCTS.parameters.map((parameter) => [parameter.key, keyOf(parameter)]),
) as Record<string, z.ZodType<AskedValue>>;

/** Keys of a watch. */
export const watch = section({
  ...asked,
  depth: wholeOr(1, 10_000, 500).describe(
    'How many ranks to track. Each page_size of them costs one request.',
  ),
  schedule: schedule().describe(
    'When to take snapshots: a cron expression of five fields, in timezone.',
  ),
  timezone: timezone().optional().describe("Time zone of schedule. Default: the file's timezone."),
});
