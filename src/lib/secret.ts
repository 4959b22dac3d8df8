import { inspect } from 'node:util';
import { secretForms } from './secret-forms.ts';

/**
 * A value that must appear in no log, error, message or row. Printing, logging, inspecting or
 * serialising it gives `<secret>`; only `reveal()` gives the value, so uses can be searched for.
 */
export type Secret = { reveal(): string; toString(): string; toJSON(): string };

/** Wraps a secret: what prints or serialises it shows `<secret>`. */
export function makeSecret(value: string): Secret {
  const hidden = () => '<secret>';
  const secret = { reveal: () => value, toString: hidden, toJSON: hidden };
  // Console and pino go through inspect or own properties; neither may see the closure's value.
  Object.defineProperty(secret, inspect.custom, { value: hidden, enumerable: false });
  return Object.freeze(secret);
}

/** The forms of each secret, kept because there are many and every answer asks for them. */
const known = new WeakMap<Secret, readonly string[]>();

function formsOf(secret: Secret): readonly string[] {
  let forms = known.get(secret);
  if (forms === undefined) known.set(secret, (forms = secretForms(secret.reveal())));
  return forms;
}

/**
 * Replaces every occurrence of the given secrets, in every form of secret-forms.ts, in a text that
 * comes from outside, such as a server's answer.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  const forms = secrets.length === 1 ? formsOf(secrets[0] as Secret) : longestFirst(secrets);
  let clean = text;
  for (const form of forms) clean = clean.replaceAll(form, '<secret>');
  return clean;
}

/**
 * Longest first: a part must not be replaced inside a longer secret, as the rest of that would
 * stay.
 */
const longestFirst = (secrets: readonly Secret[]): string[] =>
  [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
