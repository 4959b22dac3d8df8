// The shape of tidemark.yaml: every key, its default, its check and its description. Validation (shape.ts), the
// JSON Schema (json-schema.ts) and the manual's reference all come from here.
import * as z from 'zod';
import { MINUTE_MS } from '../lib/clock.ts';
import { nearest } from '../lib/nearest.ts';
import { scheduleProblem } from '../schedule/schedule-problem.ts';
import {
  COMPARE_PATTERN,
  NAME_PATTERN,
  REGION_PATTERN,
  baseUrlProblem,
  compareProblem,
  durationProblem,
  ledgerProblem,
  filledProblem,
  headerValueProblem,
  httpUrlProblem,
  keywordProblem,
  localeProblem,
  regionProblem,
  smtpUrlProblem,
  timezoneProblem,
  tokenProblem,
  webhookSecretProblem,
  type Check,
} from './formats.ts';
import { mailAddressProblem, mailboxProblem } from './mail-address.ts';

/** For what zod itself finds wrong; a missing value is always said the same way. */
const must = (text: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : text),
});

const text = (
  check: Check = filledProblem,
  suggest: (value: string) => string | undefined = () => undefined,
) => {
  // `cooldown: 3` is better told what a duration looks like than that 3 is no text.
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
const readNumber = (value: unknown) =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
const readFlag = (value: unknown) => (value === 'true' ? true : value === 'false' ? false : value);

const whole = (low: number, high: number) => {
  const problem = must(`must be a whole number from ${low} to ${high}`);
  return z.int(problem).min(low, problem).max(high, problem);
};
// The default belongs inside `preprocess`: outside it the JSON Schema would not show it.
const wholeOr = (low: number, high: number, fallback: number) =>
  z.preprocess(readNumber, whole(low, high).default(fallback));
const positiveOr = (high: number, fallback: number) => {
  const problem = must(`must be a number above 0, at most ${high}`);
  return z.preprocess(
    readNumber,
    z.number(problem).gt(0, problem).max(high, problem).default(fallback),
  );
};
const flagOr = (fallback: boolean) =>
  z.preprocess(readFlag, z.boolean(must('must be true or false')).default(fallback));
const oneOf = <Name extends string>(...all: [Name, ...Name[]]) =>
  z.enum(all, must(`must be ${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}`));
const duration = (longestMs?: number) => durationText(durationProblem(longestMs));
const durationText = (check: Check) =>
  text(check).meta({
    pattern: String.raw`^(\d+(\.\d+)?(ms|[smhdw]))+$`,
    examples: ['45s', '36h', '7d'],
  });
const schedule = () => text(scheduleProblem).meta({ examples: ['0 6 * * *', '0 8 * * 1'] });
const timezone = () =>
  text(timezoneProblem, (value) => nearest(value, Intl.supportedValuesOf('timeZone'))).meta({
    examples: ['UTC', 'America/New_York', 'Europe/Berlin'],
  });
const compare = () =>
  text(compareProblem).meta({
    pattern: COMPARE_PATTERN.source,
    examples: ['previous', '36h', '7d', '30d'],
  });
const locale = () =>
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
const file = () => text();

/** A mapping with known keys. The error lists them all, so that the nearest can be suggested. */
export const KNOWN_KEYS = 'known keys: ';
const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? KNOWN_KEYS + Object.keys(shape).join(' ')
        : issue.input === undefined
          ? 'is required'
          : 'must be a mapping of keys',
  });

/** A mapping of names to things. */
const named = <Thing extends z.core.$ZodType>(thing: Thing) =>
  z
    .record(z.string(), thing, must('must be a mapping of names'))
    .meta({ propertyNames: { pattern: NAME_PATTERN.source } });
/** `rules:` with nothing below it is an empty mapping. */
const orEmpty = <Thing extends z.ZodType<unknown, object>>(thing: Thing) =>
  z.preprocess((value) => value ?? undefined, thing.prefault({} as z.input<Thing>));

/** For editors; secret-files.ts checks it. */
const oneRequired = (...keys: string[]) => keys.map((key) => ({ required: [key] }));

const names = (of: string) => z.array(text(), must(`must be a list of ${of}`));
const someNames = (of: string) =>
  names(of).min(1, must(`must name at least one; leave it out for all ${of}`));

const source = section({
  base_url: text(baseUrlProblem)
    .default('https://api.keyapi.ai')
    .describe('Address of the source.')
    .meta({ format: 'uri' }),
  token: text(tokenProblem)
    .optional()
    .describe('API key, sent as a bearer token. This or token_file is required.'),
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

const categoryId = text((value) =>
  /^\d{1,20}$/.test(value) ? null : 'must be a category id of digits',
).meta({ pattern: String.raw`^\d{1,20}$`, examples: ['601583'] });
/** Ids are easily written without quotes; but beyond 2^53 YAML's number is another one. */
const inQuotes = must('must be text; put it in quotes');

const watch = section({
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

const smtp = section({
  url: text(smtpUrlProblem).describe(
    'Mail server: smtp://user:password@host:port, or smtps:// for TLS from the start.',
  ),
  password: text()
    .optional()
    .describe(
      'Password of the mail server, instead of one in url; special characters as they are.',
    ),
  password_file: file().optional().describe('File that holds the password.'),
  from: text(mailboxProblem)
    .describe('Sender: an address, or a name and an address.')
    .meta({ examples: ['Tidemark <alerts@example.com>'] }),
});

const emailChannel = section({
  type: z.literal('email').describe('Messages by e-mail; needs smtp.'),
  to: z
    .array(text(mailAddressProblem).meta({ format: 'email' }), must('must be a list of addresses'))
    .min(1, must('must hold at least one address'))
    .describe('Addresses; each gets a mail of its own.'),
});

const webhookChannel = section({
  type: z.literal('webhook').describe('Messages by HTTP POST.'),
  url: text(httpUrlProblem)
    .optional()
    .describe(
      'Where to post. This or url_file is required; a secret, since whoever knows it can post.',
    ),
  url_file: file().optional().describe('File that holds the URL.'),
  format: oneOf('standard', 'slack', 'discord', 'teams')
    .default('standard')
    .describe('standard is Standard Webhooks JSON; the others are what these chats accept.'),
  secret: z
    .union(
      [
        text(webhookSecretProblem),
        z.array(text(webhookSecretProblem)).min(1, must('must hold at least one secret')),
      ],
      must('must be a secret, or a list of them'),
    )
    .optional()
    .describe(
      'Signing secret: whsec_ and the base64 of 24 to 64 bytes. A list signs with each, for rotation.',
    ),
  secret_file: file()
    .optional()
    .describe('File that holds the secret; several stand on a line each.'),
  headers: orEmpty(
    z.record(
      z.string(),
      text(headerValueProblem),
      must('must be a mapping of header names to text'),
    ),
  ).describe('Headers to send along, such as an Authorization; the values are secrets.'),
  allow_private: flagOr(false).describe('Allow loopback, private and link-local addresses.'),
}).meta({ oneOf: oneRequired('url', 'url_file') });

const rule = section({
  description: text()
    .nullable()
    .default(null)
    .describe('What the rule is for, as messages show it.'),
  watches: someNames('watches')
    .nullable()
    .default(null)
    .describe('Watches it looks at; null for all.'),
  when: text()
    .describe('SQL condition over one change row.')
    .meta({ examples: ['rank_gain >= 20 and rank <= 100', "status = 'new' and rank <= 50"] }),
  compare: compare()
    .default('previous')
    .describe('Baseline: previous, or the snapshot nearest to so many hours or days ago.'),
  clear: text()
    .nullable()
    .default(null)
    .describe('SQL condition that resolves an alert; null: as soon as when is false.')
    .meta({ examples: ['rank > 120'] }),
  for: wholeOr(1, 1_000, 1).describe('Slots in a row that must be true before it fires.'),
  clear_for: wholeOr(1, 1_000, 1).describe('Slots in a row before it resolves.'),
  cooldown: duration()
    .nullable()
    .default(null)
    .describe('After firing, stay quiet for this product for so long; null: not at all.'),
  repeat: text((value) =>
    value === 'never'
      ? null
      : (durationProblem()(value)?.replace('must be a duration', 'must be never, or a duration') ??
        null),
  )
    .default('never')
    .describe('Remind after so long while it still fires, or never.')
    .meta({ examples: ['never', '7d'] }),
  resolved: flagOr(false).describe('Also tell when it resolves.'),
  on_first: oneOf('adopt', 'notify')
    .default('adopt')
    .describe(
      'What the very first evaluation does with what is already true: adopt it silently, or notify.',
    ),
  max_gap: duration()
    .nullable()
    .default(null)
    .describe('How old a previous baseline may be; null: 3 intervals of the schedule.'),
  severity: oneOf('info', 'warning', 'critical').default('info').describe('How urgent it is.'),
  notify: names('channels').default([]).describe('Channels to tell.'),
});

const digest = section({
  watches: someNames('watches')
    .nullable()
    .default(null)
    .describe('Watches it covers; null for all.'),
  schedule: schedule().describe('When to send it: a cron expression of five fields, in timezone.'),
  timezone: timezone().optional().describe("Time zone of schedule. Default: the file's timezone."),
  compare: compare()
    .default('7d')
    .describe(
      'What its newest lists are compared with: previous, or the snapshot nearest to so many hours or days before.',
    ),
  top: wholeOr(1, 100, 20).describe('How many products each of its lists shows.'),
  when_quiet: oneOf('send', 'skip')
    .default('send')
    .describe(
      'When nothing fired, entered, left or moved by much, and no data is missing: send a short one, or skip it.',
    ),
  notify: names('channels').default([]).describe('Channels to send it to.'),
});

export const configSchema = section({
  database: text().default('./tidemark.db').describe('The SQLite file, relative to this file.'),
  timezone: timezone()
    .default('UTC')
    .describe('Time zone for schedules, digests and printed times.'),
  locale: locale()
    .default('en')
    .describe('Language tag (BCP 47) for numbers and dates in messages; their words are English.'),
  source: z.preprocess((value) => value ?? {}, source).describe('The API that ranks products.'),
  watches: named(watch).describe('The lists to track, by name.'),
  smtp: smtp.nullable().default(null).describe('The mail server, for e-mail channels.'),
  channels: orEmpty(
    named(
      z.discriminatedUnion(
        'type',
        [emailChannel, webhookChannel],
        must('must be email or webhook'),
      ),
    ),
  ).describe('Where messages go, by name.'),
  rules: orEmpty(named(rule)).describe('What to tell about, by name.'),
  digests: orEmpty(named(digest)).describe('Scheduled summaries, by name.'),
  retention: orEmpty(
    section({
      raw_pages: duration()
        .nullable()
        .default('30d')
        .describe('How long the pages as served are kept; null: for ever.'),
      observations: section({
        all: duration().describe('How long every snapshot is kept.'),
        then: z
          .literal('weekly', must('must be weekly'))
          .default('weekly')
          .describe('After that, one snapshot a week is.'),
      })
        .nullable()
        .default(null)
        .describe(
          'Thins old history; snapshots that alerts were decided on stay. null: every snapshot is kept for ever.',
        ),
      ledger: durationText(ledgerProblem)
        .nullable()
        .default('400d')
        .describe('How long requests stay in the ledger, at least 2d; null: for ever.'),
    }),
  ).describe('How long data is kept.'),
}).meta({ title: 'tidemark.yaml' });

/** The file as zod returns it: checked and with its defaults, still in the file's own words. */
export type ConfigFile = z.output<typeof configSchema>;
