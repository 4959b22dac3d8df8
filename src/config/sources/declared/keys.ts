// The keys of a list that a user declares: each with its check and its description.
import * as z from 'zod';
import { must, named, oneOf, orEmpty, section, text, wholeOr } from '../../sections/values.ts';
import { end, fail, ok, pages, request } from './asking-keys.ts';
import { linkProblem } from './formats.ts';
import { dated, metric, parameter, row, where } from './row-keys.ts';
import { mappingOf, maybePath, maybeWhole, path, shortText, texts } from './values.ts';

/** A list below `sources.NAME.lists`. */
export const listKeys = section(
  {
    title: shortText().optional().describe('Heads messages about it. Default: its name.'),
    row,
    request: request.describe('How it is asked for.'),
    pages: orEmpty(pages).describe('How the list is cut into pages.'),
    end: orEmpty(end).describe(
      'How its end is known; an empty page, and one of known ids, always are.',
    ),
    ok: ok
      .nullable()
      .default(null)
      .describe('What an answer must hold to be one, besides HTTP 200.'),
    fail: orEmpty(fail).describe('How an answer says what is wrong.'),
    empty: oneOf('suspicious', 'end', 'not_yet')
      .optional()
      .describe('What a list without any row means. Default: suspicious; of a dated list not_yet.'),
    empty_status: z
      .array(wholeOr(400, 599, 404), must('must be a list of HTTP statuses'))
      .default([])
      .describe('HTTP statuses that mean the same as an empty list.'),
    rows: path().describe('Where the rows stand in an answer; . for the answer itself.'),
    where: z
      .array(where, must('must be a list of tests'))
      .default([])
      .describe('Which rows count: all tests must hold.'),
    id: path().describe('Of the id in a row.'),
    name: maybePath('Of the name in a row; without it a row is called by its id.'),
    groups: z
      .array(path(), must('must be a list of paths'))
      .max(2, must('must be at most two paths'))
      .default([])
      .describe('Of up to two groups in a row, the wider first.'),
    no_group: texts().describe('What stands in a group that means none.'),
    link: text(linkProblem).nullable().default(null).describe('The page of a row, with {id}.'),
    rank: path().default('position').describe('Where a row says its rank; position: by its place.'),
    echo: orEmpty(mappingOf(path())).describe(
      'Parameters, or date, that rows repeat, each with its path: another value makes suspect.',
    ),
    most_ranks: maybeWhole(1, 10_000).describe('How many ranks there are at most.'),
    parameters: orEmpty(named(parameter)).describe('What a watch says of it, by name.'),
    metrics: orEmpty(named(metric)).describe('The figures of a row, by name.'),
    dated: dated.nullable().default(null).describe('Set for a list of a day, a week or a month.'),
  },
  'a list',
);

export type ListKeys = z.output<typeof listKeys>;
