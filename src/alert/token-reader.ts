// The tokens of an expression, read one after the other.
import type { Token } from '../change/tokens.ts';

/** Thrown where a reader finds no token, or not the one that must follow. */
export class Lost extends Error {}

/** Reads tokens one after the other. Words and symbols are compared in lower case. */
export type Reader = {
  /** The word or symbol `ahead` tokens further on; of a literal its text behind a quote. */
  peek(ahead?: number): string | undefined;
  /** Takes the next token. @throws Lost at the end. */
  token(): Token;
  /** Takes the next tokens if they are these words or symbols. */
  take(...words: string[]): boolean;
  /** Takes the word or symbol that must follow. @throws Lost where it does not. */
  expect(word: string): void;
  /** Where the token taken last ends, in characters. */
  end(): number;
};

/** A reader at the first of the tokens. */
export function openReader(tokens: readonly Token[]): Reader {
  let next = 0;
  const wordAt = (index: number): string | undefined => {
    const token = tokens[index];
    return token?.kind === 'string' || token?.kind === 'number'
      ? `'${token.text}`
      : token?.text.toLowerCase();
  };
  const take = (...words: string[]): boolean => {
    if (!words.every((word, index) => wordAt(next + index) === word)) return false;
    next += words.length;
    return true;
  };
  return {
    peek: (ahead = 0) => wordAt(next + ahead),
    token: () => {
      const token = tokens[next++];
      if (token === undefined) throw new Lost();
      return token;
    },
    take,
    expect: (word) => {
      if (!take(word)) throw new Lost();
    },
    end: () => {
      const last = tokens[next - 1];
      return last === undefined ? 0 : last.at + last.text.length;
    },
  };
}
