// What is read of the rows of a declared list: keys.
import * as z from 'zod';
import { patternProblem } from '../../../list/safe-pattern.ts';
import { duration, flagOr, must, oneOf, section, text } from '../../sections/values.ts';
import { maybeWhole, path, shortText, texts } from './values.ts';

export const row = z
  .union(
    [
      shortText(),
      section(
        { one: shortText().describe('One of them.'), many: shortText().describe('Several.') },
        'row',
      ),
    ],
    must('must be a word such as book, or { one: story, many: stories }'),
  )
  .default({ one: 'row', many: 'rows' })
  .describe('What a row is called; a word alone gets an s where there are several.');

export const where = section(
  {
    path: path().describe('Of a text in the row.'),
    is: texts().describe('Keep rows where it is one of these.'),
    is_not: texts().describe('Keep rows where it is none of these.'),
    matches: text(patternProblem)
      .optional()
      .describe('Keep rows where it matches this regular expression.'),
    matches_not: text(patternProblem).optional().describe('Keep rows where it does not.'),
  },
  'a test of rows',
);

const word = z.union([z.string(), z.number()]).transform(String);

export const parameter = section(
  {
    description: shortText().optional().describe('What it picks, for editors and errors.'),
    values: z
      .union(
        [z.array(word).min(1), z.record(z.string(), word)],
        must('must be a list of values, or a mapping of each value to what is sent for it'),
      )
      .optional()
      .describe('What it may be: a list, or each value with what the source is told for it.'),
    from: maybeWhole(-1_000_000_000, 1_000_000_000).describe('Of a whole number: the least.'),
    to: maybeWhole(-1_000_000_000, 1_000_000_000).describe('Of a whole number: the greatest.'),
    required: flagOr(false).describe('Whether a watch must say it.'),
    default: word.optional().describe('What holds where a watch does not say it.'),
  },
  'a parameter',
);

export const metric = section(
  {
    path: path().optional().describe('Where it stands in a row. Default: its own name.'),
    kind: oneOf('count', 'percent', 'money', 'number')
      .default('number')
      .describe(
        'A whole number of things, a percentage from 0 to 100, an amount of money, or any number.',
      ),
    currency: oneOf('USD', 'unknown').optional().describe('Of money. Default: unknown.'),
    window: oneOf('period', 'total', 'now')
      .default('now')
      .describe('What it counts over: the window of the list, all time, or the moment.'),
    label: shortText().optional().describe('What it is called in messages. Default: its name.'),
    description: shortText().optional().describe('What it means, for documents.'),
    order: flagOr(false).describe(
      'Whether the list is ordered by it, the greatest first. At most one.',
    ),
    level: flagOr(false).describe(
      'A count that moves little from list to list, by which another list is noticed. At most one.',
    ),
    scored: flagOr(false).describe('Whether it has a z-score. At most two have.'),
    headline: flagOr(false).describe('Whether digests and pages lead with it. At most three.'),
    more_is_good: flagOr(true).describe('Whether more of it is good.'),
    negative: flagOr(false).describe('Whether it may be below 0.'),
    rounded: maybeWhole(1, 15).describe('To how many digits the source rounds it.'),
    zero_is_unknown: flagOr(false).describe(
      'Whether a 0 means that it is not known: it is stored as NULL.',
    ),
  },
  'a metric',
);

export const dated = section(
  {
    period: oneOf('day', 'week', 'month').default('day').describe('What a list is of.'),
    by: text().optional().describe('A parameter whose values are day, week and month.'),
    lag: duration().default('0s').describe('How long after its end a period is published.'),
    since: text((written) =>
      /^\d{4}-\d{2}-\d{2}$/.test(written) && !Number.isNaN(Date.parse(written))
        ? null
        : 'must be a day such as 2024-01-31',
    )
      .optional()
      .describe('The first day there is a list of.'),
  },
  'dated',
);
