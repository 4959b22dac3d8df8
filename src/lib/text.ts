// Upstream text is hostile: these are the only ways it may come in and be shortened.

// What belongs to how a word is written stays (Unicode 16, 23.2): one joiner between letters or
// emoji, as in Persian or a family of emoji; one variation selector after what it varies; the tags
// of a flag. All else that is invisible goes: controls, zero-width and bidirectional ones, line and
// paragraph separators, fillers, lone surrogates.
const JOINED = '\\p{L}\\p{M}\\p{Extended_Pictographic}';
const KEPT = [
  `(?<=[${JOINED}\\p{Emoji_Modifier}\\ufe0f])[\\u200c\\u200d](?=(?!\\p{Variation_Selector})[${JOINED}])`,
  '(?<=[\\p{L}\\p{M}\\p{N}\\p{S}\\p{P}])(?<!\\p{Variation_Selector})\\p{Variation_Selector}',
  '(?<=\\u{1f3f4}[\\u{e0020}-\\u{e007f}]{0,6})[\\u{e0020}-\\u{e007f}]',
].join('|');
let unsafe: RegExp | undefined;
/** Made when it is first needed: that takes 10 ms, and most texts are plain. */
const unsafeText = (): RegExp =>
  (unsafe ??= new RegExp(
    `(?!${KEPT})\\p{Default_Ignorable_Code_Point}|[\\p{Cc}\\p{Cs}\\u2028\\u2029\\ufff9-\\ufffb]`,
    'gu',
  ));

// Plain letters and signs, and those of our own tables, with single spaces inside: nothing to
// clean. Most names are, and every page has 60 of them.
const PLAIN = '[!-~\\xa1-\\xac\\xae-\\u017f–—…−→▲▼]';
const CLEAN = new RegExp(`^${PLAIN}+(?: ${PLAIN}+)*$`);

/**
 * Removes control, bidirectional and invisible characters, but what words and emoji need; folds
 * white space, trims.
 */
export function cleanText(text: string): string {
  if (CLEAN.test(text)) return text;
  const folded = text.replace(/[\t\n\r\u2028\u2029]+/g, ' ');
  const once = folded.replace(unsafeText(), '');
  // Once more, for what stood beside something that has been removed now.
  const safe = once === folded ? once : once.replace(unsafeText(), '');
  return safe.replace(/\s+/g, ' ').trim();
}

/**
 * Shows control, bidirectional and invisible characters, which a terminal would obey: `␛`, `␊`,
 * `‹U+202E›`.
 */
export const visibleText = (text: string): string =>
  text.replace(unsafeText(), (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });

/**
 * Arabic, Hebrew and their kin, and the digits of Arabic: what a reader's program lays out from
 * right to left.
 */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

/**
 * Text to be put into a sentence of ours. What is written from right to left is isolated (Unicode
 * UAX 9, FSI and PDI), or it would turn round the ranks and arrows beside it. HTML shows isolates
 * as `<bdi>`: see delivery/render/html-page.ts.
 */
export const isolated = (text: string): string =>
  RIGHT_TO_LEFT.test(text) ? `${ISOLATE}${text}${END_ISOLATE}` : text;

/** For terminals, most of which know no isolates and show them as boxes. */
export const withoutIsolates = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

/**
 * The text with every isolate ended: what was cut off, or broken over lines, may have lost its end.
 */
export function endIsolates(text: string): string {
  let open = 0;
  for (const character of text) {
    if (character === ISOLATE) open++;
    else if (character === END_ISOLATE && open > 0) open--;
  }
  return text + END_ISOLATE.repeat(open);
}

let segmenter: Intl.Segmenter | undefined;
/** Where characters begin, as they are seen. Made when it is first needed: that takes 10 ms. */
export const graphemesOf = (text: string): Intl.Segments =>
  (segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text);

/**
 * At most `max` code points, the last one an ellipsis where something was cut. Never cuts within
 * what is seen as one character: an emoji of several, a flag, a letter with its marks.
 */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = [...text];
  if (points.length <= max) return text;
  // No joiner may be left with nothing to join.
  for (let length = max - 1; ; length--) {
    const end = points.slice(0, Math.max(0, length)).join('').length;
    const start = text.slice(0, wholeUpTo(text, end)).replace(/[\u200c\u200d]+$/, '');
    const cut = endIsolates(`${start}…`);
    if (length <= 0 || [...cut].length <= max) return cut;
  }
}

/** How far the end of a text is searched for the beginning of a word. */
const NEAR = 24;

/**
 * At most `max` code points, cut in the middle where something is: a text that says first what
 * happened and last what to do keeps both, `The source answers with … Run: tidemark check`. Its end
 * gets two fifths of the room.
 */
export function shortened(text: string, max: number): string {
  const points = [...text];
  if (points.length <= max) return text;
  const from = points.slice(0, points.length - Math.floor(max * 0.4)).join('').length;
  const space = text.slice(from, from + NEAR).indexOf(' ');
  const end = fromWord(text, space === -1 ? from : from + space + 1);
  const room = max - [...end].length - 1;
  return `${truncate(text, Math.max(1, room))} ${end}`;
}

/** The text from a place on; not from within a character, nor from within an isolate. */
function fromWord(text: string, from: number): string {
  const character = graphemesOf(text).containing(from);
  const isWithin = character !== undefined && character.index < from;
  const end = text.slice(isWithin ? character.index + character.segment.length : from);
  let open = 0;
  let unopened = 0;
  for (const one of end) {
    if (one === ISOLATE) open++;
    else if (one === END_ISOLATE && open === 0) unopened++;
    else if (one === END_ISOLATE) open--;
  }
  return endIsolates(ISOLATE.repeat(unopened) + end);
}

/** Where the character begins that `end` is inside of; otherwise `end`. */
function wholeUpTo(text: string, end: number): number {
  if (end === 0) return 0;
  const start = graphemesOf(text).containing(end)?.index ?? end;
  if (start > 0) return start;
  // One letter under hundreds of marks: only the letter is kept.
  return String.fromCodePoint(text.codePointAt(0) ?? 0).length;
}

/** `1 alert`, `2 alerts`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
