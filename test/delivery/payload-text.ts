import type { Channel } from '../../src/config/channels/kinds.ts';
import { makePayload } from '../../src/delivery/payload.ts';
import type { Message } from '../../src/message/message.ts';
import { makeSmtp, T0 } from './outbox-world.ts';

/** What is sent to a channel, as text; of a mail, with its headers. */
export async function payloadText(channel: Channel, message: Message): Promise<string> {
  const bytes = await makePayload({
    message,
    channel,
    recipient: channel.kind === 'email' ? 'ana@example.com' : '',
    messageId: 'msg_1',
    createdAt: T0,
    smtp: makeSmtp('smtp://127.0.0.1:9'),
    context: { timezone: 'UTC', ranks: new Map() },
  });
  return bytes.toString('utf8');
}
