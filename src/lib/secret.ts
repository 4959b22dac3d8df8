import { inspect } from 'node:util';

/**
 * A value that must appear in no log, error, message or row. Printing, logging, inspecting or
 * serialising it gives `<secret>`; only `reveal()` gives the value, so uses can be searched for.
 */
export type Secret = { reveal(): string; toString(): string; toJSON(): string };

export function makeSecret(value: string): Secret {
  const hidden = () => '<secret>';
  const secret = { reveal: () => value, toString: hidden, toJSON: hidden };
  // Console and pino go through inspect or own properties; neither may see the closure's value.
  Object.defineProperty(secret, inspect.custom, { value: hidden, enumerable: false });
  return Object.freeze(secret);
}

/** Replaces every occurrence of the given secrets in a text that comes from outside, such as a server's answer. */
export function redact(text: string, secrets: readonly Secret[]): string {
  let clean = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    // Very short values would redact ordinary letters, and protect nothing.
    if (value.length >= 4) clean = clean.replaceAll(value, '<secret>');
  }
  return clean;
}
