import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expressionChecker } from '../../src/alert/compile.ts';
import { columnsOf } from '../../src/change/tokens.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { answersFor, fillChangeRows } from '../../src/store/reading/change-rows.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type World } from '../support/world.ts';

const checkLists = expressionChecker();
const check = (sql: string) => checkLists(sql, [TOP_PRODUCTS]);

/** The message, and the text with a caret under the place: `rank <= 3^; drop` is a caret under the `;`. */
function problemOf(sql: string): string {
  const [message = '', line = '', caret = ''] = (check(sql) ?? 'fine').split('\n');
  if (caret === '') return message;
  expect(caret).toMatch(/^ {4} *\^$/);
  const at = caret.length - 1;
  return `${message} | ${line.slice(4, at)}^${line.slice(at)}`;
}

describe('an expression is nothing but a condition on the columns of one change row', () => {
  test.each<[kind: string, sql: string, problem: string]>([
    ['nothing', ' ', 'the expression is empty | ^ '],
    [
      'a second statement',
      'rank <= 3; drop table alerts',
      'only one expression is allowed | rank <= 3^; drop table alerts',
    ],
    [
      'a way out of the parentheses',
      'rank <= 3) or (1 = 1',
      'this parenthesis closes nothing | rank <= 3^) or (1 = 1',
    ],
    ['an open parenthesis', 'rank in (1, 2', 'this parenthesis is never closed | rank in ^(1, 2'],
    [
      'a subquery',
      '(select max(rank) from observations) > 3',
      'SELECT is not allowed: an expression reads the columns of one change row | (^select max(rank) from observations) > 3',
    ],
    [
      'EXISTS',
      'exists (values (1))',
      'EXISTS is not allowed: an expression reads the columns of one change row | ^exists (values (1))',
    ],
    [
      'WITH',
      'rank in (with x as (select 1) select * from x)',
      'WITH is not allowed: an expression reads the columns of one change row | rank in (^with x as (select 1) select * from x)',
    ],
    [
      'VALUES',
      'rank in (values (1))',
      'VALUES is not allowed: an expression reads the columns of one change row | rank in (^values (1))',
    ],
    [
      'a table as a list',
      'rank in sqlite_master',
      'no column sqlite_master | rank in ^sqlite_master',
    ],
    ['a compound', 'rank <= 3 union select 1', 'no column union | rank <= 3 ^union select 1'],
    [
      'FROM',
      'rank from alerts',
      'FROM is not allowed: an expression reads the columns of one change row | rank ^from alerts',
    ],
    [
      'a pragma as a table',
      "rank in pragma_table_info('alerts')",
      "there is no function pragma_table_info() in expressions | rank in ^pragma_table_info('alerts')",
    ],
    [
      'an extension',
      "load_extension('/tmp/x') is null",
      "there is no function load_extension() in expressions | ^load_extension('/tmp/x') is null",
    ],
    [
      'a file',
      "readfile('/etc/passwd') is not null",
      "there is no function readfile() in expressions | ^readfile('/etc/passwd') is not null",
    ],
    ['chance', 'random() > 0', 'there is no function random() in expressions | ^random() > 0'],
    [
      'time',
      "date('now') > slot_at",
      "there is no function date() in expressions | ^date('now') > slot_at",
    ],
    [
      'time as a keyword',
      'slot_at > current_timestamp',
      'no column current_timestamp | slot_at > ^current_timestamp',
    ],
    [
      'an aggregate',
      'count(*) > 1',
      'there is no function count() in expressions, did you mean round? | ^count(*) > 1',
    ],
    [
      'max of one value',
      'max(rank) <= 3',
      'max() needs at least two arguments here: it compares values of one row | ^max(rank) <= 3',
    ],
    [
      'a window function',
      'row_number() over () = 1',
      'there is no function row_number() in expressions | ^row_number() over () = 1',
    ],
    [
      'a column as a function',
      'rank() over () = 1',
      'rank is a column, not a function | ^rank() over () = 1',
    ],
    [
      'the state of the connection',
      'changes() > 0',
      'there is no function changes() in expressions | ^changes() > 0',
    ],
    [
      'JSON operators',
      "product ->> 'x' = 1",
      "->> is not allowed: no column holds JSON | product ^->> 'x' = 1",
    ],
    ['the row id', 'rowid = 1', 'no column rowid | ^rowid = 1'],
    [
      'an escape that is too long, behind a condition',
      "rank <= 3 and product like '50!%' escape '!!'",
      "ESCAPE expression must be a single character | rank <= 3 and ^product like '50!%' escape '!!'",
    ],
    [
      'an overflow behind a case',
      "case when status = 'left' then abs(-9223372036854775808) else 0 end > 0",
      "integer overflow | case when status = 'left' then ^abs(-9223372036854775808) else 0 end > 0",
    ],
    [
      'an overflow behind coalesce',
      'coalesce(rank, abs(-9223372036854775808)) > 3',
      'integer overflow | coalesce(rank, ^abs(-9223372036854775808)) > 3',
    ],
    [
      'a width from elsewhere',
      "rank > 0 and format('%*d', 1000000000, 1) = ''",
      "* in the format of format() is not allowed: write the width as a number | rank > 0 and ^format('%*d', 1000000000, 1) = ''",
    ],
    [
      'a large width',
      "printf('%.900000000f', rank) = ''",
      "widths in the format of printf() are at most 1000 | ^printf('%.900000000f', rank) = ''",
    ],
    [
      'a format from elsewhere',
      "printf(product, rank) = ''",
      "the format of printf() must be a text as it stands | ^printf(product, rank) = ''",
    ],
    [
      'a text that grows with every step',
      "replace(replace(replace(product, 'a', product), 'a', product), 'b', product) = ''",
      "this may build a text of more than 1,000,000 characters | replace(^replace(replace(product, 'a', product), 'a', product), 'b', product) = ''",
    ],
    ['columns of ours', 'place = 0', 'no column place | ^place = 0'],
    [
      'a table before the column',
      'snapshots.rank <= 3',
      'a column is named without its table | ^snapshots.rank <= 3',
    ],
    ['a parameter', 'rank <= :limit', 'unexpected `:` | rank <= ^:limit'],
    ['another parameter', 'rank <= ?1', 'unexpected `?` | rank <= ^?1'],
    [
      'a comment',
      'rank <= 3 -- top',
      'comments are not allowed in an expression | rank <= 3 ^-- top',
    ],
    [
      'a comment in between',
      'rank /* x */ <= 3',
      'comments are not allowed in an expression | rank ^/* x */ <= 3',
    ],
    ['a control character', 'rank <= 3\u0000', 'unexpected character U+0000 | rank <= 3^ '],
    [
      'an endless tree',
      'not '.repeat(1_100) + 'rank',
      `Expression tree is too large (maximum depth 1000) | ^${'not '.repeat(1_100)}rank`,
    ],
  ])('%s is refused', (_, sql, problem) => {
    expect(problemOf(sql)).toBe(problem);
  });
});

describe('a slip is shown where it is, with what was probably meant', () => {
  test.each<[kind: string, sql: string, problem: string]>([
    [
      'a column misspelt',
      'rank <= 3 and rank_gian >= 5',
      'no column rank_gian, did you mean rank_gain? | rank <= 3 and ^rank_gian >= 5',
    ],
    [
      'a column without its underscore',
      'postspct > 3',
      'no column postspct, did you mean posts_pct? | ^postspct > 3',
    ],
    ['a column nothing is near to', 'foo > 3', 'no column foo | ^foo > 3'],
    [
      'the second line',
      'rank_gain >= 20\n  and rang <= 100',
      'no column rang, did you mean rank? |   and ^rang <= 100',
    ],
    [
      'a tab before it',
      'rank_gain >= 20\n\tand posts >> >= 3',
      'syntax error near >= |  and posts >> ^>= 3',
    ],
    [
      'the second of two equal tokens',
      'rank = 3 or rank = = 3',
      'syntax error near = | rank = 3 or rank = ^= 3',
    ],
    [
      'an operator of another language',
      'rank <= 3 && posts > 3',
      'syntax error near & | rank <= 3 &^& posts > 3',
    ],
    ['=<', 'rank =< 3', 'syntax error near < | rank =^< 3'],
    ['!', 'not !rank', 'unexpected `!` | not ^!rank'],
    ['text without quotes', 'status = new', 'no column new | status = ^new'],
    [
      'double quotes',
      'status = "new"',
      '"new": text is written in single quotes, columns without quotes | status = ^"new"',
    ],
    [
      'curly quotes',
      'status = ‘new’',
      "‘new’: text is written in straight single quotes, 'like this' | status = ^‘new’",
    ],
    ['an open quote', "product = 'x", "this quote is never closed | product = ^'x"],
    [
      'a space that is none',
      'rank\u00a0<= 3',
      'no column rank\u00a0, did you mean rank? | ^rank\u00a0<= 3',
    ],
    ['an end too soon', 'rank <= 3 and ', 'something is missing here | rank <= 3 and^ '],
    ['half of BETWEEN', 'rank between 1', 'something is missing here | rank between 1^'],
    [
      'an empty list of nothing',
      'rank > ()',
      'something is missing before this parenthesis | rank > (^)',
    ],
    ['two values', 'rank, posts', 'row value misused | ^rank, posts'],
    [
      'too many arguments',
      'rank > 1 and abs(rank, 2) > 1',
      'wrong number of arguments to function abs() | rank > 1 and ^abs(rank, 2) > 1',
    ],
    [
      'a collation that is none',
      'product collate klingon = 1',
      'no column klingon | product collate ^klingon = 1',
    ],
    [
      'what fails only when it is run',
      "product like 'a' escape 'ab'",
      "ESCAPE expression must be a single character | ^product like 'a' escape 'ab'",
    ],
    [
      'a number too far',
      'abs(-9223372036854775808) > 1',
      'integer overflow | ^abs(-9223372036854775808) > 1',
    ],
    [
      'a text too long',
      "format('%1000000000d', 1) = ''",
      "widths in the format of format() are at most 1000 | ^format('%1000000000d', 1) = ''",
    ],
  ])('%s', (_, sql, problem) => {
    expect(problemOf(sql)).toBe(problem);
  });
});

test.each([
  'rank_gain >= 20 and rank <= 100',
  "Rank_Gain >= 5 AND STATUS = 'new'",
  "status in ('new', 'returned')",
  'rank is not distinct from 3',
  'rank <> 3 or rank != 4 or rank == 5',
  'not rank between 1 and 3',
  "product like '%per_ume%' escape '!'",
  "product glob 'Per*'",
  "category_l1 = 'Women''s; -- wear' collate nocase",
  'max(rank, rank_before) <= 10',
  'iif(rank < 3, posts > 10, posts > 100)',
  'case when rank < 3 then 1 else 0 end',
  'cast(posts as real) / 3 > 1.5e2',
  'rank isnull',
  'abs(rank_gain) >= 5 and round(ctr, 1) > .5',
  'coalesce(cost, 0) = 0',
  '(rank, posts) > (1, 2)',
  'true',
  'rank',
  'posts % 2 = 1 and posts & 3 = 1',
])('%s is fine', (sql) => {
  expect(check(sql)).toBeNull();
});

test('the columns an expression names are those outside its texts, in the order of first use', () => {
  expect(
    columnsOf("posts > 3 and (Rank <= 5 or posts < 9) and product <> 'ctr cvr'", TOP_PRODUCTS),
  ).toEqual(['posts', 'rank', 'product']);
});

describe('truth has three values, as SQL has it', () => {
  let world: World;
  /** How it answers for a product in a snapshot. */
  const answer = (product: string, sql: string): boolean | null | undefined => {
    const id = world.db.raw
      .prepare('SELECT id FROM products WHERE upstream_id = ?')
      .pluck()
      .get(product) as number;
    const found = answersFor(world.db, { when: sql, clear: null }, id);
    if (found === undefined) return undefined;
    return found.when === null ? null : found.when === 1;
  };

  beforeAll(async () => {
    world = makeWorld({ rules: [makeRule()] });
    await world.pass(
      dayAt(0),
      fetchedList([
        { id: 'a', posts: 100, cost: 0, ctr: 1.93, impressions: 5 },
        { id: 'gone', posts: 7 },
        { id: 'nulls' },
        'z',
      ]),
    );
    await world.pass(
      dayAt(1),
      fetchedList([
        { id: 'nulls' },
        { id: 'a', posts: 130, cost: 3, ctr: 1.83, impressions: 5 },
        { id: 'fresh', posts: 10, cost: 0 },
        'z',
      ]),
    );
    // A pass fills the columns that its rules name.
    fillChangeRows(world.db, TOP_PRODUCTS, 2, 1);
  });
  afterAll(() => world.close());

  test.each<[sql: string, product: string, answer: boolean | null]>([
    ['posts > 100', 'a', true],
    ['posts > 100', 'nulls', null],
    ['not (posts > 100)', 'nulls', null],
    ['posts > 100 or rank = 1', 'nulls', true],
    ['posts > 100 and rank = 2', 'nulls', false],
    ['posts > 100 and rank = 1', 'nulls', null],
    ['posts is null', 'nulls', true],
    ['posts is not null', 'nulls', false],
    ['posts <> 5', 'nulls', null],
    ['posts is distinct from 5', 'nulls', true],
    ['posts in (1, 2)', 'nulls', null],
    ['rank in (1, null)', 'nulls', true],
    ['rank in (2, null)', 'nulls', null],
    ['rank not in (2, null)', 'nulls', null],
    ['coalesce(posts, 0) < 1', 'nulls', true],
    // Dividing by 0 gives NULL, and so does the percentage of a base of 0.
    ['posts / cost > 0', 'fresh', null],
    ['posts / 0 > 0', 'a', null],
    ['posts % 0 = 0', 'a', null],
    ['cost_pct > 0', 'a', null],
    ['cost_delta > 0', 'a', true],
    // Whole numbers divide whole, unless one is made a real number.
    ['posts / 100 > 1', 'a', false],
    ['posts / 100.0 > 1', 'a', true],
    // Differences are rounded to 4 decimals: unrounded, 1.83 - 1.93 is -0.09999999999999987.
    ['ctr_delta <= -0.1', 'a', true],
    ['posts_pct = 30', 'a', true],
    // Numbers are true unless they are 0; text is the number it begins with.
    ['rank_gain', 'a', true],
    ['impressions_delta', 'a', false],
    ['posts_delta', 'nulls', null],
    ["'new'", 'a', false],
    ["'1new'", 'a', true],
    // What is new has no before; what has left has no rank.
    ['rank_gain >= 0', 'fresh', null],
    ["status = 'new'", 'fresh', true],
    ['rank <= 10', 'gone', null],
    ['rank_before <= 10', 'gone', true],
    ["status = 'left'", 'gone', true],
    ['posts_delta < 0 or posts_before = 7', 'gone', true],
    ['streak > 0', 'gone', null],
    ['rank_z > 0', 'a', null],
  ])('%s for %s', (sql, product, expected) => {
    expect(check(sql)).toBeNull();
    expect(answer(product, sql)).toBe(expected);
  });
});
