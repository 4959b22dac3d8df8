import { isoTime, type Instant } from '../lib/clock.ts';
import type { TestMessage } from '../message/message.ts';

/** What a test of a channel says. */
export const testMessage = (channel: string, now: Instant): TestMessage => ({
  type: 'channel.test',
  timestamp: isoTime(now),
  data: { channel, text: 'If you can read this, the channel works.' },
});
