// What JSON.stringify leaves as it is, and terminals and readers obey: C1 controls, bidirectional
// characters, and what separates lines.
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A value as JSON in which nothing is invisible or turns text round; it is read back as it was. */
export const jsonText = (value: object | string | number | boolean | null): string =>
  JSON.stringify(value).replace(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
