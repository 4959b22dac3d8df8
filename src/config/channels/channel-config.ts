import type * as z from 'zod';
import { makeSecret, type Secret } from '../../lib/secret.ts';
import type { Path, Problem } from '../problem.ts';
import type { Mapping } from '../raw.ts';

/** What the files hold that the `KEY_file` keys of a channel name. */
export type FileContents = { find(key: string): string | undefined };

/** What the config knows of one kind of channel. How it sends is in delivery/channels. */
export type ChannelConfig<
  Keys extends z.ZodObject,
  Built extends { kind: string; name: string },
> = {
  /** Its keys below `channels.NAME`, each with check and description; secrets are marked. */
  keys: Keys;
  /**
   * What is wrong that no single key can tell. `thing` is the channel and `raw` the whole file,
   * both not yet checked.
   */
  check?(thing: Mapping, path: Path, raw: unknown): Problem[];
  build(name: string, keys: z.output<Keys>, files: FileContents): Built;
  /**
   * The recipients: each gets a delivery of its own. A channel that is one address has one
   * recipient, the empty text.
   */
  recipients(channel: Built): readonly string[];
  /**
   * Are its messages read by programs rather than people? Programs get every end, if need be in
   * further messages.
   */
  isForPrograms?(channel: Built): boolean;
};

/** Lets TypeScript infer the types of one kind. */
export const channelConfig = <
  Keys extends z.ZodObject,
  Built extends { kind: string; name: string },
>(
  config: ChannelConfig<Keys, Built>,
): ChannelConfig<Keys, Built> => config;

/**
 * A required secret: its value, or what its file holds. The checks have made sure that one of both
 * is there.
 */
export function requiredSecret(
  key: string,
  value: string | undefined,
  files: FileContents,
): Secret {
  const content = value ?? files.find(key);
  if (content === undefined) throw new Error(`${key} passed its check and is missing`);
  return makeSecret(content);
}
