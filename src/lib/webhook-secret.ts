/** Standard Webhooks: 24 to 64 random bytes. */
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const PREFIX = 'whsec_';

/**
 * The key of a webhook secret: base64, with or without the prefix `whsec_`. What is no usable key
 * comes back as a problem in words, without the secret. Decoders skip what they cannot read; here
 * that is refused, since a truncated secret would sign with a key the receiver does not have.
 */
export function readWebhookSecret(secret: string): { key: Buffer } | { problem: string } {
  if (secret.startsWith('v1,'))
    return { problem: 'starts with "v1,": leave that out, a secret is whsec_ and base64' };
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (encoded === '') return { problem: 'is empty' };
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.replace(/=+$/, '').length % 4 === 1)
    return { problem: 'is not base64 after whsec_' };
  const key = Buffer.from(encoded, 'base64');
  if (key.length < MIN_BYTES || key.length > MAX_BYTES)
    return { problem: `holds ${key.length} bytes; it must be ${MIN_BYTES} to ${MAX_BYTES}` };
  return { key };
}
