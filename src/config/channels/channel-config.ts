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
   * What is wrong that no key can tell by itself. `thing` and `raw` are the file before it is
   * checked.
   */
  check?(thing: Mapping, path: Path, raw: unknown): Problem[];
  build(name: string, keys: z.output<Keys>, files: FileContents): Built;
  /**
   * Each gets a delivery of its own. A channel that is one address has one recipient, the empty
   * text.
   */
  recipients(channel: Built): readonly string[];
  /**
   * Do programs read its messages, rather than people? They get every end, also in further
   * messages.
   */
  isForPrograms?(channel: Built): boolean;
};

/** Infers the types of one kind. */
export const channelConfig = <
  Keys extends z.ZodObject,
  Built extends { kind: string; name: string },
>(
  config: ChannelConfig<Keys, Built>,
): ChannelConfig<Keys, Built> => config;

/**
 * A required secret: the value, or what its file holds. One of both is there: the checks guarantee
 * it.
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
