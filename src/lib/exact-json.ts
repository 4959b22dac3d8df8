// JSON that keeps long numbers exact. A double holds only 15 digits for sure: an id of 19 digits
// that is served as a number would become another id.

/** A text, or a number: so that digits inside texts are passed over. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_NUMBER = /^-?\d{16,}$/;

/**
 * As JSON.parse, but that a whole number that a double cannot hold comes as the text of its digits.
 * @throws SyntaxError what JSON.parse throws; a position in it may be off by two for each such number.
 */
export const parseExactJson = (text: string): unknown =>
  JSON.parse(
    /\d{16}/.test(text)
      ? text.replace(TOKEN, (token) =>
          LONG_NUMBER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
        )
      : text,
  ) as unknown;
