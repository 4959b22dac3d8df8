import * as z from 'zod';
import { MINUTE_MS } from '../../lib/clock.ts';
import { parseDuration } from '../../lib/duration.ts';
import { makeSecret, type Secret } from '../../lib/secret.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { SourceConfig } from '../config.ts';
import type { Path, Problem } from '../problem.ts';
import type { Mapping } from '../raw.ts';
import { duration, positiveOr, readNumber, whole, wholeOr } from '../sections/values.ts';

/** What the files hold that the `KEY_file` keys of a source name. */
export type FileContents = { find(key: string): string | undefined };

/** What the config knows of one kind of source. How it is asked is in source/. */
export type SourceKindConfig<Keys extends z.ZodObject> = {
  /** Its keys below `sources.NAME`, each with check and description; secrets are marked. */
  keys: Keys;
  /** The lists that an unchecked source serves; the first is its default. */
  lists(thing: Mapping): readonly ListKind[];
  /** The names of lists that it declares and something is wrong with. */
  broken?(thing: Mapping): readonly string[];
  /** What is wrong that no single key can tell. */
  check?(thing: Mapping, path: Path): Problem[];
  /** Without the lists that the file declares. */
  build(name: string, keys: z.output<Keys>, files: FileContents): SourceConfig;
};

/** Lets TypeScript infer the types of one kind. */
export const sourceKind = <Keys extends z.ZodObject>(
  config: SourceKindConfig<Keys>,
): SourceKindConfig<Keys> => config;

/** How fast it is asked, and for how much a day. */
export const paceKeys = (perSecond: number, daily: number | null) => ({
  requests_per_second: positiveOr(100, perSecond).describe(
    'Most requests per second, over all watches; 0.5 is one every two seconds.',
  ),
  concurrency: wholeOr(1, 50, 2).describe('Most requests under way at once.'),
  timeout: duration(10 * MINUTE_MS)
    .default('30s')
    .describe('Longest time for one whole exchange: connect, headers and body; at most 10m.'),
  daily_credits: z
    .preprocess(readNumber, whole(0, 1_000_000_000).nullable().default(daily))
    .describe(
      'Most credits per UTC day. Never exceeded: a watch that does not fit is skipped, and that is said. null: no limit.',
    ),
});

/** The same keys of every kind, in the form that the rest of Tidemark reads. */
export const builtPace = (keys: {
  requests_per_second: number;
  concurrency: number;
  timeout: string;
  daily_credits: number | null;
}) => ({
  requestsPerSecond: keys.requests_per_second,
  concurrency: keys.concurrency,
  timeoutMs: milliseconds(keys.timeout),
  dailyCredits: keys.daily_credits,
});

function milliseconds(written: string): number {
  const ms = parseDuration(written);
  if (ms === undefined) throw new Error('a duration passed its check and cannot be read');
  return ms;
}

/** A secret that is given, or that its file holds; null for neither. */
export function optionalSecret(
  key: string,
  value: string | undefined,
  files: FileContents,
): Secret | null {
  const content = value ?? files.find(key);
  return content === undefined ? null : makeSecret(content);
}

/** The same for a secret that the checks have made sure of. */
export function requiredSecret(
  key: string,
  value: string | undefined,
  files: FileContents,
): Secret {
  const found = optionalSecret(key, value, files);
  if (found === null) throw new Error(`${key} passed its check and is missing`);
  return found;
}
