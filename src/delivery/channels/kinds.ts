// Every kind of channel as it is delivered, one line each. config/channels/kinds.ts has the same
// list for the config.
import type { Channel } from '../../config/channels/kinds.ts';
import type { ChannelKind } from './channel-kind.ts';
import { email } from './email/channel.ts';
import { ntfy } from './ntfy/channel.ts';
import { telegram } from './telegram/channel.ts';
import { webhook } from './webhook/channel.ts';

const KINDS: { [Kind in Channel['kind']]: ChannelKind<Extract<Channel, { kind: Kind }>> } = {
  email,
  webhook,
  ntfy,
  telegram,
};

/** How a channel is delivered. */
export const kindOf = (channel: Channel): ChannelKind => KINDS[channel.kind];

/** Every kind. */
export const allKinds = (): readonly ChannelKind[] => Object.values(KINDS);
