// The bytes of a message for one recipient: made once, BEFORE the first attempt, and never again.
import type { Channel } from '../config/channels/kinds.ts';
import type { Message } from '../message/message.ts';
import type { PayloadRequest } from './channels/channel-kind.ts';
import { kindOf } from './channels/kinds.ts';

/** The bytes that are sent. Rejects when the message cannot be written down. */
export const makePayload = async (request: PayloadRequest): Promise<Buffer> =>
  kindOf(request.channel).write(request);

/**
 * The same message reduced to what it is about and where to see it, for a chat that refused the
 * whole; null for channels where a refusal says nothing about size or form.
 */
export const makePlainPayload = (
  message: Message,
  channel: Channel,
  context: PayloadRequest['context'],
): Buffer | null => kindOf(channel).writeShort({ message, channel, context });

/** Names the form of a channel's bytes: a channel of another kind or format cannot use them. */
export const payloadKind = (channel: Channel): string => kindOf(channel).payloadKind(channel);
