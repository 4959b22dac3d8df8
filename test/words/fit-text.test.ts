import { expect, test } from 'vitest';
import { fitText, wrapText } from '../../src/words/fit-text.ts';
import { widthOf } from '../../src/lib/text-width.ts';

test.each([
  ['what fits stays', 'Perfume', 7, 'Perfume'],
  ['what does not ends in an ellipsis', 'Perfume', 6, 'Perfu…'],
  ['no blank is left before the ellipsis', 'Bond Repair', 6, 'Bond…'],
  ['wide characters count two', '超长的产品', 7, '超长的…'],
  ['a wide character is not cut in half', '超长的产品', 6, '超长…'],
  ['an emoji of several code points stays whole', 'ab👩‍🚀cdef', 7, 'ab👩‍🚀…'],
  ['or goes whole', 'ab👩‍🚀cdef', 6, 'ab…'],
  ['one column is the ellipsis', 'Perfume', 1, '…'],
  ['none is nothing', 'Perfume', 0, ''],
])('%s', (_, text, columns, expected) => {
  expect(fitText(text, columns)).toBe(expected);
  expect(widthOf(fitText(text, columns))).toBeLessThanOrEqual(columns);
});

test('a name of endless combining marks is cut although they take no column', () => {
  expect(fitText(`a${'\u0301'.repeat(10_000)}`, 10).length).toBeLessThanOrEqual(40);
});

test('lines break at blanks, and go on with the hanging indent', () => {
  expect(wrapText('one two three four', 9, '  ')).toBe('one two\n  three\n  four');
  expect(wrapText('one averyveryverylongword two', 9, '  ')).toBe(
    'one\n  averyveryverylongword\n  two',
  );
  expect(wrapText('short', 80)).toBe('short');
});
