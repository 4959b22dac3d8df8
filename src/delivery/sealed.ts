// Mails with links that act for whoever holds them, while they are kept. Whoever may query the
// database reads its tables, and must not find such a link in them.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload } from '../store/outbox/outbox.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The bytes as only the holder of the key can read them: a nonce, a tag, and as many bytes. */
function seal(key: Buffer, bytes: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  const sealed = [cipher.update(bytes), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]);
}

/** What was sealed; null when it was by another key, or is not whole. */
function unseal(key: Buffer, sealed: Buffer): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const bytes = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([bytes, decipher.final()]);
  } catch {
    return null;
  }
}

/** Behind the kind of a payload that is kept sealed. */
const SEALED = ' sealed';

/** The kind of a payload that holds such links. */
export const sealedKind = (kind: string): string => `${kind}${SEALED}`;

/** A payload as it is kept: sealed where its kind says so. `key` is asked for only then. */
export const asKept = ({ bytes, kind }: Payload, key: () => Buffer): Payload => ({
  bytes: kind.endsWith(SEALED) ? seal(key(), bytes) : bytes,
  kind,
});

/**
 * A payload that is kept, if it is written for `kind` and can be read; null when it has to be
 * written anew.
 */
export function fromKept(
  { payload, payloadKind }: { payload: Buffer | null; payloadKind: string | null },
  kind: string,
  key: () => Buffer | undefined,
): Payload | null {
  if (payload === null) return null;
  if (payloadKind === kind) return { bytes: payload, kind };
  if (payloadKind !== sealedKind(kind)) return null;
  const known = key();
  const bytes = known === undefined ? null : unseal(known, payload);
  return bytes === null ? null : { bytes, kind: payloadKind };
}
