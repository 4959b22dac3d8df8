// Every kind of channel as the config knows it, one line each. delivery/channels/kinds.ts has
// the same list for sending.
import * as z from 'zod';
import { must } from '../sections/values.ts';
import type { Path, Problem } from '../problem.ts';
import { isMapping, type Mapping } from '../raw.ts';
import type { ChannelConfig, FileContents } from './channel-config.ts';
import { email } from './email.ts';
import { ntfy } from './ntfy.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

const KINDS = { email, webhook, ntfy, telegram };

type Kinds = typeof KINDS;
type Keys = Kinds[keyof Kinds]['keys'];

/** A channel of the config: where messages go. */
export type Channel = ReturnType<Kinds[keyof Kinds]['build']>;
type AnyConfig = ChannelConfig<z.ZodObject, Channel>;

const names = Object.keys(KINDS);

/** The names of all kinds, as `type` says them. */
export const channelKinds = (): readonly string[] => names;

/** What the config knows of a kind; undefined for a name that is no kind. */
const find = (kind: unknown): AnyConfig | undefined =>
  typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof Kinds] : undefined;

const of = (channel: Channel): AnyConfig => KINDS[channel.kind];

/** The keys of one channel; its `type` says which they are. */
export const channelKeys = z.discriminatedUnion(
  'type',
  Object.values(KINDS).map(({ keys }) => keys) as [Keys, ...Keys[]],
  must(`must be ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`),
);

/** The keys of the kind that an unchecked channel names; undefined where it names none. */
export const keysOfThing = (thing: Mapping): z.ZodObject | undefined => find(thing.type)?.keys;

/** The keys of every kind. */
export const allKeys = (): readonly z.ZodObject[] => Object.values(KINDS).map(({ keys }) => keys);

/** What is wrong with an unchecked channel that no single key can tell. */
export const checkChannel = (thing: unknown, path: Path, raw: unknown): Problem[] =>
  isMapping(thing) ? (find(thing.type)?.check?.(thing, path, raw) ?? []) : [];

/** A channel of the checked file, in the form that the rest of Tidemark reads. */
export const buildChannel = (
  name: string,
  keys: z.output<typeof channelKeys>,
  files: FileContents,
): Channel => (KINDS[keys.type] as AnyConfig).build(name, keys, files);

/** Each gets a delivery of its own; a channel that is one address has one, the empty text. */
export const recipientsOf = (channel: Channel): readonly string[] =>
  of(channel).recipients(channel);

/** Does it have recipients with addresses of their own, as mail has? */
export const hasAddresses = (channel: Channel): boolean => !recipientsOf(channel).includes('');

/** Do programs read its messages, rather than people? */
export const isForPrograms = (channel: Channel): boolean =>
  of(channel).isForPrograms?.(channel) ?? false;
