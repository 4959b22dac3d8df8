// What glibc's `wcwidth` (2.36, C.UTF-8) says of these, summed over their characters.
import { expect, test } from 'vitest';
import { widthOf } from '../../src/lib/text-width.ts';

const WIDTHS: [string, string, number][] = [
  ['English', 'Perfume', 7],
  ['Chinese with a space', '香水 礼盒', 9],
  ['Chinese beyond 16 bits', '𠮷野家', 6],
  ['Japanese', 'カタカナ', 8],
  ['Japanese of half width', 'ｶﾀｶﾅ', 4],
  ['Latin of full width', 'ＡＢＣ', 6],
  ['Korean', '한국어', 6],
  ['Korean, letter by letter', '\u1112\u1161\u11ab', 2],
  ['Thai', 'ครีมกันแดด', 8],
  ['Thai with a tone', 'น้ำหอม', 5],
  ['Lao', 'ລາວ', 3],
  ['Burmese', 'မြန်မာ', 5],
  ['Khmer', 'ខ្មែរ', 4],
  ['Hindi', 'हिन्दी', 5],
  ['a conjunct of Hindi', 'क्षि', 3],
  ['Bengali', 'বাংলা', 5],
  ['Tamil', 'தமிழ்', 4],
  ['Telugu', 'తెలుగు', 5],
  ['Kannada', 'ಕನ್ನಡ', 4],
  ['Malayalam', 'മലയാളം', 6],
  ['Gujarati', 'ગુજરાતી', 6],
  ['Punjabi', 'ਪੰਜਾਬੀ', 5],
  ['Sinhala', 'සිංහල', 4],
  ['Hebrew', 'בושם', 4],
  ['Hebrew with its points', 'שָׁלוֹם', 4],
  ['Arabic', 'عطر', 3],
  ['Arabic with its vowels', 'عِطْر', 3],
  ['Persian with a joiner', 'می\u200cروم', 5],
  ['an isolate', '\u2068עטר\u2069', 3],
  ['a letter and its accent', 'e\u0301', 1],
  ['one letter under twenty marks', `Z${'\u0301'.repeat(20)}`, 1],
  ['a family of emoji', '👩\u200d👩\u200d👧', 6],
  ['an emoji and its skin', '👍🏽', 4],
  ['a flag', '🇯🇵', 2],
  ['an emoji', '☕', 2],
  ['a sign that may be an emoji', '❤', 1],
  ['a sign and its selector', '❤\ufe0f', 1],
  ['a key', '1\ufe0f\u20e3', 1],
  ['signs', '½ × ™ …', 7],
  ['blocks and arrows', '▁▃█ ▲ → ★', 9],
  ['a mathematical letter', '𝕏', 1],
];

test.each(WIDTHS)('%s', (_name, text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('what a terminal would obey takes no column', () => {
  expect(widthOf('a\u0007b\u200b\ufeffc')).toBe(3);
});
