// Upstream text is hostile: these are the only ways it may come in and be shortened.

// C0, C1 and DEL; zero-width and bidirectional controls; line and paragraph separators; BOM; lone surrogates.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// Printable ASCII with single spaces inside: nothing to clean. Most names are, and every page has 60 of them.
const CLEAN = /^[!-~]+(?: [!-~]+)*$/;

/** Removes control, bidirectional and invisible characters, folds white space, trims. */
export const cleanText = (text: string): string =>
  CLEAN.test(text)
    ? text
    : text
        .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
        .replace(UNSAFE, '')
        .replace(/\s+/g, ' ')
        .trim();

/** Shows control, bidirectional and invisible characters, which a terminal would obey: `␛`, `␊`, `‹U+202E›`. */
export const visibleText = (text: string): string =>
  text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });

/** At most `max` code points, the last one an ellipsis where something was cut. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, Math.max(0, max - 1)).join('')}…`;
}

/** `1 alert`, `2 alerts`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
