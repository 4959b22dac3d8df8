// Every message there is.
import type { AlertsMessage } from './alerts.ts';
import type { DigestMessage } from './digest.ts';
import type { TroubleMessage } from './trouble.ts';

export type TestMessage = {
  type: 'channel.test';
  timestamp: string;
  data: { channel: string; text: string };
};

export type Message = AlertsMessage | TroubleMessage | TestMessage | DigestMessage;
