/**
 * Reads files that people write by hand: UTF-8, without a byte-order mark, and without any
 * character that cannot be seen. A password with a stray character is another password, and nobody
 * would find out why it is refused.
 */
import { isUtf8 } from 'node:buffer';

/**
 * Everything below a blank but tab and line ends; DEL and the C1 controls; a mark of byte order
 * that is not the first.
 */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff]/;

/**
 * The text of a file, or what is wrong with it, in words that do not repeat it: it may be a secret.
 */
export function decodeStrictly(
  content: Uint8Array | string,
): { text: string } | { problem: string } {
  if (typeof content !== 'string' && isUtf16(content))
    return { problem: 'is written in UTF-16; save it as UTF-8' };
  if (typeof content !== 'string' && !isUtf8(content))
    return { problem: `is not UTF-8 text${lineOfBytes(content)}; save it as UTF-8` };
  const decoded = typeof content === 'string' ? content : new TextDecoder().decode(content);
  const text = decoded.replace(/^\ufeff/, '');
  const control = CONTROLS.exec(text);
  if (control === null) return { text };
  const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const line = text.slice(0, control.index).split('\n').length;
  return { problem: `has a control character (U+${code}) on line ${line}; remove it` };
}

/** By its byte-order mark, or by the zero that every second byte of plain letters is. */
function isUtf16([first, second]: Uint8Array): boolean {
  if (first === undefined || second === undefined) return false;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMarked || (first === 0) !== (second === 0);
}

function lineOfBytes(content: Uint8Array): string {
  let line = 1;
  for (let start = 0; start < content.length; line++) {
    const newline = content.indexOf(0x0a, start);
    const end = newline === -1 ? content.length : newline;
    if (!isUtf8(content.subarray(start, end))) return ` (line ${line})`;
    start = end + 1;
  }
  return '';
}
