import { expect, test } from 'vitest';
import { wrapRemark } from '../../src/words/wrap-remark.ts';

test.each([
  ['what fits stays', 'error: one two', 14, 'error: one two'],
  ['a line breaks between words', 'error: one two three', 14, 'error: one two\n  three'],
  ['each line by itself', 'one two\nthree four\n', 8, 'one two\nthree\n  four\n'],
  [
    'a table, or an expression with its caret, is left alone',
    '  rank <= 10 and so on\n          ^',
    10,
    '  rank <= 10 and so on\n          ^',
  ],
  [
    'a command between backticks stays in one line',
    'then run `tidemark top us-daily` again',
    16,
    'then run\n  `tidemark top us-daily`\n  again',
  ],
  [
    'a word that is wider stays whole',
    '/a/very/long/path is there',
    10,
    '/a/very/long/path\n  is there',
  ],
  [
    'a line in colour was laid out where it was made',
    '\u001b[33mwhat failed\u001b[39m\nand why it did',
    11,
    '\u001b[33mwhat failed\u001b[39m\nand why it\n  did',
  ],
  [
    'a command behind a colon has a line of its own',
    'what there is: tidemark schema --db',
    20,
    'what there is:\n  tidemark schema --db',
  ],
])('%s', (_, text, columns, expected) => {
  expect(wrapRemark(text, columns)).toBe(expected);
});
