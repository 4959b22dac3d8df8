// The kinds of values that keys of tidemark.yaml have, and what is said of a wrong one.
import * as z from 'zod';
import { nearest } from '../../lib/nearest.ts';
import { scheduleProblem } from '../../schedule/schedule-problem.ts';
import {
  COMPARE_PATTERN,
  NAME_PATTERN,
  compareProblem,
  durationProblem,
  filledProblem,
  localeProblem,
  timezoneProblem,
  type Check,
} from '../formats.ts';

/** For what zod itself finds wrong; a missing value is always said the same way. */
export const must = (text: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : text),
});

/** Text that passes `check`; `suggest` names what may have been meant. */
export const text = (
  check: Check = filledProblem,
  suggest: (value: string) => string | undefined = () => undefined,
) => {
  // `cooldown: 3` should be told what a duration looks like, rather than that 3 is not text.
  const wrongType = (input: unknown) =>
    typeof input === 'number' || typeof input === 'boolean'
      ? (check(String(input)) ?? 'must be text; put it in quotes')
      : 'must be text';
  return z
    .string({ error: ({ input }) => (input === undefined ? 'is required' : wrongType(input)) })
    .superRefine((value, context) => {
      const problem = check(value);
      if (problem !== null)
        context.addIssue({
          code: 'custom',
          message: problem,
          params: { suggestion: suggest(value) },
        });
    });
};

/** Values from the environment arrive as text. */
export const readNumber = (value: unknown) =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
const FLAGS = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
]);
const readFlag = (value: unknown) => FLAGS.get(value) ?? value;

/** A whole number from `low` to `high`, bounds included. */
export const whole = (low: number, high: number) => {
  const problem = must(`must be a whole number from ${low} to ${high}`);
  return z.int(problem).min(low, problem).max(high, problem);
};
/**
 * A whole number from `low` to `high`, or `fallback` where none is given. The default belongs
 * inside `preprocess`: outside it the JSON Schema would not show it.
 */
export const wholeOr = (low: number, high: number, fallback: number) =>
  z.preprocess(readNumber, whole(low, high).default(fallback));
/** A number above 0, at most `high`. */
export const positiveOr = (high: number, fallback: number) => {
  const problem = must(`must be a number above 0, at most ${high}`);
  return z.preprocess(
    readNumber,
    z.number(problem).gt(0, problem).max(high, problem).default(fallback),
  );
};
/** True or false. */
export const flagOr = (fallback: boolean) =>
  z.preprocess(readFlag, z.boolean(must('must be true or false')).default(fallback));
/** One of a few words. */
export const oneOf = <Name extends string>(...all: [Name, ...Name[]]) =>
  z.enum(all, must(`must be ${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}`));
/** A length of time such as `36h`, at most `longestMs` milliseconds. */
export const duration = (longestMs?: number) => durationText(durationProblem(longestMs));
/** A length of time that passes `check`. */
export const durationText = (check: Check) =>
  text(check).meta({
    pattern: String.raw`^(\d+(\.\d+)?(ms|[smhdw]))+$`,
    examples: ['45s', '36h', '7d'],
  });
/** A cron expression of five fields. */
export const schedule = () => text(scheduleProblem).meta({ examples: ['0 6 * * *', '0 8 * * 1'] });
/** An IANA time zone. */
export const timezone = () =>
  text(timezoneProblem, (value) => nearest(value, Intl.supportedValuesOf('timeZone'))).meta({
    examples: ['UTC', 'America/New_York', 'Europe/Berlin'],
  });
/** What a snapshot is compared with. */
export const compare = () =>
  text(compareProblem).meta({
    pattern: COMPARE_PATTERN.source,
    examples: ['previous', '36h', '7d', '30d'],
  });
/** A BCP 47 language tag. */
export const locale = () =>
  text(localeProblem, (value) =>
    nearest(value, [
      'en',
      'en-GB',
      'en-US',
      'de',
      'fr',
      'es',
      'it',
      'pt-BR',
      'nl',
      'pl',
      'ja',
      'ko',
      'zh-CN',
    ]),
  ).meta({ examples: ['en', 'en-GB', 'de', 'pt-BR'] });
/** The path of a file that holds a value. */
export const file = () => text();

/** How the error of an unknown key goes on, after what has these keys. */
export const KNOWN_KEYS = ' has the known keys: ';
/**
 * A mapping with known keys. The error lists them all, so that the nearest can be suggested; `of`
 * names what has them, where there are several of its kind.
 */
export const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape, of = '') =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys')
        return `${of}${KNOWN_KEYS}${Object.keys(shape).join(' ')}`;
      return issue.input === undefined ? 'is required' : 'must be a mapping of keys';
    },
  });

/** A mapping of names to things. */
export const named = <Thing extends z.core.$ZodType>(thing: Thing) =>
  z
    .record(z.string(), thing, must('must be a mapping of names'))
    .meta({ propertyNames: { pattern: NAME_PATTERN.source } });
/** `rules:` with nothing below it is an empty mapping. */
export const orEmpty = <Thing extends z.ZodType<unknown, object>>(thing: Thing) =>
  z.preprocess((value) => value ?? undefined, thing.prefault({} as z.input<Thing>));

/** For editors; secret-files.ts checks it. */
export const oneRequired = (...keys: string[]) => keys.map((key) => ({ required: [key] }));

/** A list of names of `of`. */
export const names = (of: string) => z.array(text(), must(`must be a list of ${of}`));
/** The same, not empty. */
export const someNames = (of: string) =>
  names(of).min(1, must(`must name at least one; leave it out for all ${of}`));
