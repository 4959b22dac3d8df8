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

/** `least`: those that hold no other. A text without any of them holds none of all. */
type Forms = { all: readonly string[]; least: readonly string[] };

/** The forms of each secret, kept because there are many and every answer asks for them. */
const known = new WeakMap<Secret, Forms>();

function formsOf(secret: Secret): Forms {
  const before = known.get(secret);
  if (before !== undefined) return before;
  const all = secretForms(secret.reveal());
  const isLeast = (form: string) => !all.some((other) => other !== form && form.includes(other));
  const forms = { all, least: all.filter(isLeast) };
  known.set(secret, forms);
  return forms;
}

/**
 * Replaces every occurrence of the given secrets, in every form of secret-forms.ts, in a text that
 * comes from outside, such as a server's answer.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  // Nearly every text holds none, and pages are long: each form takes one way through it.
  if (!secrets.some((secret) => formsOf(secret).least.some((form) => text.includes(form))))
    return text;
  let clean = text;
  for (const form of longestFirst(secrets)) clean = clean.replaceAll(form, '<secret>');
  return clean;
}

/**
 * Longest first: a part must not be replaced inside a longer secret, as the rest of that would
 * stay.
 */
const longestFirst = (secrets: readonly Secret[]): string[] =>
  [...new Set(secrets.flatMap((secret) => formsOf(secret).all))].sort(
    (a, b) => b.length - a.length,
  );
