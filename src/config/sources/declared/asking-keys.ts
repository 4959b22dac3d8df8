// How a declared list is asked for, paged, ended and judged: keys.
import * as z from 'zod';
import { flagOr, must, oneOf, orEmpty, section, text, wholeOr } from '../../sections/values.ts';
import { bodyProblem, urlProblem } from './formats.ts';
import { mappingOf, maybePath, maybeWhole, path, texts } from './values.ts';

const scalar = z.union(
  [z.string(), z.number(), z.boolean()],
  must('must be a text, a number, or true or false'),
);

export const request = section(
  {
    url: text(urlProblem).describe('Address, below base_url where it begins with /; a template.'),
    method: oneOf('GET', 'POST').default('GET').describe('GET, or POST for a body.'),
    query: orEmpty(mappingOf(scalar)).describe(
      'Parameters of the address, as templates; one that speaks of what is not asked for is left out.',
    ),
    headers: orEmpty(mappingOf(text())).describe(
      'Headers besides those of credentials; templates.',
    ),
    body: z
      .unknown()
      .superRefine((value, context) => {
        const problem = bodyProblem(value);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      })
      .optional()
      .describe('A JSON value whose texts are templates.'),
    credits: wholeOr(0, 10_000, 0).describe('What one request costs.'),
    max_body_mb: wholeOr(1, 64, 2).describe('A larger answer is refused, in megabytes.'),
  },
  'request',
);

export const pages = section(
  {
    by: oneOf('page', 'offset', 'cursor', 'link', 'none')
      .default('none')
      .describe(
        'How the next page is asked for: {page}, {offset}, {cursor}, the Link header, or none.',
      ),
    first: maybeWhole(0, 1_000_000).describe(
      'Number of the first page, 1 by default, or offset of the first row, 0.',
    ),
    size: maybeWhole(1, 10_000).describe('Rows of a page, as asked for by {size}.'),
    most: wholeOr(1, 500, 20).describe('No more pages than these, whatever is served.'),
    cursor: maybePath('Where an answer says what the next page is asked for with.'),
  },
  'pages',
);

export const end = section(
  {
    total: maybePath('Where an answer says how many rows there are in all.'),
    more: maybePath('Where it says true or false of whether there are more.'),
    short_page: flagOr(false).describe('Whether a page of fewer rows than size is the last one.'),
  },
  'end',
);

export const ok = section(
  { path: path().describe('Where it stands.'), equals: scalar.describe('What it must be.') },
  'ok',
);

export const fail = section(
  {
    message: maybePath('Where an answer says in words what is wrong.'),
    code: maybePath('Where the code of a failure stands.'),
    quota: texts().describe('Words that mean that the account has no quota left.'),
  },
  'fail',
);
