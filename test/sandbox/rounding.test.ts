import { describe, expect, it } from 'vitest';
import { roundPercent, roundSignificant } from '../../src/sandbox/rounding.ts';

describe('roundSignificant', () => {
  it.each([
    ['millions', 20_138_400, 20_100_000],
    ['thousands, up', 11_450.6, 11_500],
    ['cents', 4.9163, 4.92],
    ['less than one', 0.05049, 0.0505],
    ['three digits, exactly', 999, 999],
    ['into the next power of ten', 999_600, 1_000_000],
    ['nothing', 0, 0],
  ])('keeps three digits of %s', (_, value, rounded) => {
    expect(roundSignificant(value)).toBe(rounded);
  });
});

describe('roundPercent', () => {
  it.each([
    ['two decimals', 1.8345, 1.83],
    ['negative', -10.1649, -10.16],
    ['whole', 100, 100],
    ['no negative zero', -0.0001, 0],
  ])('rounds to %s', (_, value, rounded) => {
    expect(roundPercent(value)).toBe(rounded);
  });
});
