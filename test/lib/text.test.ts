import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, truncate, visibleText } from '../../src/lib/text.ts';

/** Names as their readers write them: nothing of them may go. */
const WRITTEN = {
  Persian: 'می\u200cروم',
  'Persian, twice': 'نمی\u200cدانم می\u200cروم',
  'Hindi with a joiner after a virama': 'क्\u200dष',
  Sinhala: 'ශ්\u200dරී',
  'a family': '👨\u200d👩\u200d👧\u200d👦',
  'a heart on fire': '❤\ufe0f\u200d🔥',
  'a skin tone': '👩🏽\u200d🚀',
  'the flag of Wales': '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}',
  'a variant of a Han character': '葛\u{e0100}飾区',
  'a keycap': '1\ufe0f\u20e3',
  Hebrew: 'בושם',
  'one that looks like nothing special': 'Perfume & Co, 50 ml',
};

test.each(Object.entries(WRITTEN))('%s stays as it is written', (_name, text) => {
  expect(cleanText(text)).toBe(text);
  expect(visibleText(text)).toBe(text);
});

describe('what is invisible and belongs to no word goes', () => {
  test.each([
    ['a zero-width space', 'Per\u200bfume', 'Perfume'],
    ['a joiner at an end', '\u200dPerfume\u200c', 'Perfume'],
    ['a joiner beside a space', 'Per \u200dfume', 'Per fume'],
    ['joiners in a row', 'a\u200d\u200c\u200db', 'ab'],
    ['an override', 'abc\u202egnp.exe', 'abcgnp.exe'],
    ['isolates', 'x\u2066y\u2067z\u2069', 'xyz'],
    ['marks', 'a\u200e\u200f\u061cb', 'ab'],
    ['fillers', 'a\u3164\u115f\uffa0b', 'ab'],
    ['bytes in variation selectors', '😀\ufe01\u{e0151}\u{e0152}', '😀\ufe01'],
    ['a text in tags', 'Perfume\u{e0041}\u{e0042}', 'Perfume'],
    ['controls', 'a\u0000\u001b[31m\u0085b', 'a[31mb'],
    ['a lone surrogate', 'a\ud800b', 'ab'],
    ['soft hyphens and marks of byte order', 'Per\u00adfume\ufeff', 'Perfume'],
  ])('%s', (_name, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  test('whatever it stands between, and what is clean stays clean', () => {
    const piece = fc.constantFrom(
      ...Array.from('aب1 .😀', (one) => one),
      '\u200c',
      '\u200d',
      '\u202e',
      '\u2066',
      '\u2069',
      '\u200b',
      '\ufe0f',
      '\u0007',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const clean = cleanText(pieces.join(''));
        expect(clean).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069\u200b]/);
        expect(clean).not.toMatch(/^[\u200c\u200d]|[\u200c\u200d]$|[\u200c\u200d]{2}/);
      }),
    );
  });
});

test('a name that is cut ends with no joiner', () => {
  expect(truncate('می\u200cروم', 4)).toBe('می…');
});

test.each([
  ['a family', '👩\u200d👩\u200d👧'.repeat(3), 10, `${'👩\u200d👩\u200d👧'}…`],
  ['a flag', '🇩🇪🇫🇷🇬🇧', 4, '🇩🇪…'],
  ['a colour of skin', '👍🏽👍🏽👍🏽', 4, '👍🏽…'],
  ['a letter with its marks', 'หน้ากากอนามัย', 5, 'หน้า…'],
  ['the accent of a letter', 'cafe\u0301 noir', 5, 'caf…'],
  ['one letter under hundreds of marks', `Z${'\u0301'.repeat(300)}`, 20, 'Z…'],
])('a name is not cut within what is seen as one character: %s', (_, name, max, cut) => {
  expect(truncate(name, max)).toBe(cut);
});

test('a name that is cut is as long as asked for at most, and begins as the whole does', () => {
  const piece = fc.constantFrom(...'aé👍🏽🇩🇪น้\u0301\u200d\u2068\u2069ע &', '👩\u200d👧');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(30), (pieces, max) => {
      const text = pieces.join('');
      const cut = truncate(text, max);
      expect([...cut].length).toBeLessThanOrEqual(Math.max(1, max));
      expect(text.startsWith(cut.replace(/…\u2069*$/, ''))).toBe(true);
    }),
  );
});
