// How many columns of a terminal a text takes: as glibc's `wcwidth` says, which terminals and
// editors of plain text go by, character by character.

/** Most texts, and `–—…→−▲▼` of our own tables: a column for every character. */
const ONE_COLUMN = /^[ -~\xa1-\u017f\u2013\u2014\u2026\u2192\u2212\u25b2\u25bc]*$/;

/**
 * Marks that stand on others, joiners, isolates and the like, and the vowels and ends of Korean
 * syllables; but not the signs of Arabic that number what follows, nor the soft hyphen.
 */
const NO_COLUMN =
  /[\p{Mn}\p{Me}\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u1160-\u11ff\ud7b0-\ud7fb]|(?![\u00ad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])\p{Cf}/gu;

/** East Asian characters (Unicode UAX 11: wide and full-width), and emoji that are shown as such. */
const TWO_COLUMNS =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/gu;

/** Columns of a text without line breaks; controls and escapes take none. */
export function widthOf(text: string): number {
  if (ONE_COLUMN.test(text)) return text.length;
  const shown = text.replace(NO_COLUMN, '');
  return [...shown].length + (shown.match(TWO_COLUMNS)?.length ?? 0);
}
