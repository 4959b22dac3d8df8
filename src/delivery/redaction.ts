import { redact, type Secret } from '../lib/secret.ts';
import { cleanText, truncate } from '../lib/text.ts';

const EXCERPT_BYTES = 2_000;

/**
 * Makes a text from the other side fit to be kept: without secrets and control characters, at most
 * 2 KB.
 */
export function excerptOf(text: string, secrets: readonly Secret[]): string | null {
  // Secrets are replaced BEFORE the cut, as half a secret would not be found; and once more
  // after invisible characters are removed, as they may hide one.
  const clean = redact(cleanText(redact(text, secrets)), secrets);
  let excerpt = truncate(clean, EXCERPT_BYTES);
  while (Buffer.byteLength(excerpt) > EXCERPT_BYTES)
    excerpt = truncate(excerpt, [...excerpt].length - 100);
  return excerpt === '' ? null : excerpt;
}
