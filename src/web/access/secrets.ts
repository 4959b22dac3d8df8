// Cookies and tokens are random, and only their hash is kept.
import { createHash } from 'node:crypto';

/** SHA-256: enough for what is random and long. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** `tm_` and 32 random bytes. */
export const newToken = (randomBytes: (count: number) => Buffer): string =>
  `tm_${randomBytes(32).toString('base64url')}`;

/** Ties a session to the password it was begun with. */
export const passwordMark = (stored: string): string =>
  hashOf(stored).subarray(0, 8).toString('base64url');
