import * as z from 'zod';
import type { ListKind, Parameter } from '../../list/list-kind.ts';
import { SHIPPED_LISTS } from '../../list/shipped.ts';
import {
  must,
  oneOf,
  readNumber,
  schedule,
  section,
  text,
  timezone,
  whole,
  wholeOr,
} from './values.ts';

/**
 * Ids are easily written without quotes, but YAML reads a number beyond 2^53 as a different one.
 */
const inQuotes = must('must be text; put it in quotes');

/** Words of digits may stand without quotes. */
const asText = (value: unknown) => (Number.isSafeInteger(value) ? String(value) : value);

/**
 * The check of one key, with its default and its description, for validation and for editors alike.
 */
function keyOf({ values, fallback, description }: Parameter): z.ZodType {
  if (values.kind === 'whole') {
    const { from, to } = values;
    if (typeof fallback === 'number') return wholeOr(from, to, fallback).describe(description);
    const one = whole(from, to);
    return z
      .preprocess(readNumber, fallback === null ? one.nullable().default(null) : one)
      .describe(description);
  }
  if (values.kind === 'choice') {
    const [first = '', ...others] = values.of.map(({ value }) => value);
    const one = withFallback(oneOf(first, ...others), fallback);
    const isOfDigits = values.of.some(({ value }) => /^\d+$/.test(value));
    return (isOfDigits ? z.preprocess(asText, one) : one).describe(description);
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
  return withFallback(one, fallback).describe(description).meta(meta);
}

/** A text with its default: no default, a value, or "not asked for". */
function withFallback(one: z.ZodType<string, string>, fallback: Parameter['fallback']): z.ZodType {
  if (fallback === undefined) return one;
  return fallback === null ? one.nullable().default(null) : one.default(String(fallback));
}

/** Keys that say which list it is, whatever its parameters. */
const WHICH = {
  source: text()
    .optional()
    .describe('Source of the list, by its name. Default: the first that serves it.'),
  list: text()
    .optional()
    .describe('List to track. Default: top-products, or the first of the source.'),
};

const when = (list: ListKind | null) => ({
  depth: wholeOr(1, list?.mostRanks ?? 10_000, Math.min(500, list?.mostRanks ?? 500)).describe(
    'How many ranks to track. Each page_size of them costs one request.',
  ),
  schedule: schedule().describe(
    'When to take snapshots: a cron expression of five fields, in timezone.',
  ),
  timezone: timezone().optional().describe("Time zone of schedule. Default: the file's timezone."),
});

const sections = new WeakMap<ListKind, z.ZodObject>();

/** Keys of a watch of a list: what the list declares, and what all watches have. */
export function watchOf(list: ListKind): z.ZodObject {
  const known = sections.get(list);
  if (known !== undefined) return known;
  const asked = Object.fromEntries(
    list.parameters.map((parameter) => [parameter.key, keyOf(parameter)]),
  );
  const made = section({ ...asked, ...WHICH, ...when(list) }, list.name);
  sections.set(list, made);
  return made;
}

/** A watch of a list that is not known: its own keys may be anything. */
export const watchOfUnknown = z.looseObject({ ...WHICH, ...when(null) });

/** What many watches share; each value is checked in the watches that take it. */
export const watchDefaults = z.looseObject({ ...WHICH, ...when(null) }).partial();

/**
 * The keys of a watch for editors, which do not know the sources: those of any shipped list, or of
 * one of a named source. Made when it is asked for: no check needs it, and it has a third of all
 * keys.
 */
export const anyWatch = z.lazy(() =>
  z.union([
    ...SHIPPED_LISTS.map(watchOf),
    watchOfUnknown.extend({ source: text().describe('Source of the list, by its name.') }),
  ] as unknown as [z.ZodObject, ...z.ZodObject[]]),
);
