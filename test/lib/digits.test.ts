import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberOfDigits, wholeOfDigits } from '../../src/lib/digits.ts';

const WHOLE = /^\d{1,15}$/;
const DECIMAL = /^(?=[\d.]{1,16}$)(\d{1,15}|\d+\.\d+)$/;

const text = fc.oneof(
  fc.stringMatching(/^\d{0,17}$/),
  fc.stringMatching(/^\d{0,9}\.\d{0,9}$/),
  fc.stringMatching(/^[0-9.,eE+\- ٣]{0,6}$/),
  fc.constantFrom(
    '',
    '.',
    '1.',
    '.5',
    '0.1',
    '00.10',
    '999999999999999',
    '0.00000000000001',
    '1.2.3',
  ),
);

test('what is digits and nothing else is the number that it always was, and all else is none', () => {
  fc.assert(
    fc.property(text, (said) => {
      expect(wholeOfDigits(said)).toBe(WHOLE.test(said) ? Number(said) : null);
      expect(numberOfDigits(said)).toBe(DECIMAL.test(said) ? Number(said) : null);
    }),
    { numRuns: 5_000 },
  );
});
