import { createHash } from 'node:crypto';

/**
 * The id that receivers see on every attempt. It follows from the event, so that an evaluation that
 * is repeated after the database lost its last commits makes the same id again. It holds no dot:
 * Standard Webhooks joins with dots.
 */
export const messageId = (key: string, recipient: string): string =>
  `msg_${createHash('sha256').update(`${key}\n${recipient}`).digest('hex').slice(0, 32)}`;
