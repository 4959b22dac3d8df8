// Numbers of texts that are digits and nothing else, as nearly all numbers in files are: without a
// regular expression, and digit by digit, they are read in a third of the time.

/** So many digits a double holds exactly, and so it does ten to their count. */
const EXACT_DIGITS = 15;
const [ZERO, POINT] = [48, 46];
const TENS = Array.from({ length: EXACT_DIGITS + 1 }, (_, digits) => 10 ** digits);

/** The number of `12`, at most 15 digits; null for any other text. */
export function wholeOfDigits(text: string): number | null {
  if (text.length === 0 || text.length > EXACT_DIGITS) return null;
  let number = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return null;
    number = number * 10 + digit;
  }
  return number;
}

/** The number of `12` and `0.57`, at most 15 digits, as `Number` reads it; null for any other text. */
export function numberOfDigits(text: string): number | null {
  const { length } = text;
  if (length === 0 || length > EXACT_DIGITS + 1) return null;
  let number = 0;
  let point = -1;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    const digit = code - ZERO;
    if (code === POINT && point === -1 && at > 0 && at < length - 1) point = at;
    else if (digit < 0 || digit > 9) return null;
    else number = number * 10 + digit;
  }
  if (point === -1) return length > EXACT_DIGITS ? null : number;
  // Both are exact, so that their quotient is rounded once, as the text would be.
  return number / (TENS[length - 1 - point] as number);
}
