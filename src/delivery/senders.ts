import type { Channel } from '../config/channels/kinds.ts';
import type { Senders, Sending, SendingContext } from './channels/channel-kind.ts';
import { closeAgents, openAgents } from './channels/http/agents.ts';
import { allKinds, kindOf } from './channels/kinds.ts';
import type { Outcome } from './outcome.ts';

/**
 * Opens what all kinds of channel share. What else a kind needs, it opens with its first message.
 */
export const openSenders = (): Senders => ({ agents: openAgents() });

/** Ends every connection, also one in the middle of a message. */
export async function closeSenders(senders: Senders): Promise<void> {
  for (const kind of allKinds()) await kind.close?.(senders);
  await closeAgents(senders.agents);
}

/**
 * Loads now what the first message to these channels would load. A daemon must not wait with that:
 * an upgrade replaces its files, and a file that it had not loaded by then would be missing.
 */
export async function prepareSenders(channels: readonly Channel[]): Promise<void> {
  await Promise.all(channels.map((channel) => kindOf(channel).prepare?.() ?? Promise.resolve()));
}

/** One attempt through the channel's own transport. Never rejects. */
export const send = (sending: Sending, context: SendingContext): Promise<Outcome> =>
  kindOf(sending.channel).send(sending, context);
