import type { Message } from '../message/message.ts';
import { asCalled, type Called } from '../words/as-called.ts';

/** A message about trouble says in its text what to type; the others name no commands. */
export function messageAsCalled(called: Called | undefined, message: Message): Message {
  switch (message.type) {
    case 'source.trouble':
    case 'rule.trouble':
    case 'channel.trouble':
    case 'backup.trouble':
    case 'lake.trouble':
      return { ...message, data: { ...message.data, text: asCalled(called, message.data.text) } };
    case 'alerts.fired':
    case 'alerts.resolved':
    case 'channel.test':
    case 'digest.ready':
      return message;
  }
}
