// How a trouble is told: the words at its beginning and its end, and who hears them.
import type { Channel } from '../config/channels/kinds.ts';
import { covers, type Config } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import type { TroubleMessage } from '../message/trouble.ts';
import {
  closeTrouble,
  listHearers,
  openTrouble,
  type OpenTrouble,
  type TroubleSubject,
} from '../store/alerts/troubles.ts';
import type { Db } from '../store/file/open.ts';

/** A message and the channels it goes to. `only`: the recipients of each channel that get it. */
export type TroubleNotice = {
  key: string;
  message: TroubleMessage;
  channels: { channel: Channel; only?: readonly string[] }[];
};

/** What is needed to write a notice. */
export type NoticeContext = { db: Db; config: Config; now: Instant };
/** A trouble as a message tells it; `name` is the watch, rule or source that has it. */
export type ToldTrouble = { type: TroubleMessage['type']; name: string; subject: TroubleSubject };

const keyOf = (
  { type, name }: ToldTrouble,
  { sinceSlotAt }: Pick<OpenTrouble, 'sinceSlotAt'>,
): string => `${type}/${name}/${isoTime(sinceSlotAt)}`;

function messageOf(
  { type, name }: ToldTrouble,
  { kind, sinceSlotAt }: Omit<OpenTrouble, 'id' | 'watchId'>,
  state: TroubleMessage['data']['state'],
  text: string,
  now: Instant,
): TroubleMessage {
  const since = isoTime(sinceSlotAt);
  return { type, timestamp: isoTime(now), data: { subject: name, kind, state, since, text } };
}

/** Writes down that a trouble began, and makes the notice of it for these channels. */
export function beginTrouble(
  { db, now }: NoticeContext,
  told: ToldTrouble,
  channels: readonly Channel[],
  trouble: Omit<OpenTrouble, 'id' | 'watchId'>,
): TroubleNotice {
  openTrouble(db, told.subject, trouble, now);
  return {
    key: `${keyOf(told, trouble)}/trouble`,
    message: messageOf(told, trouble, 'trouble', trouble.text, now),
    channels: channels.map((channel) => ({ channel })),
  };
}

/**
 * Writes down that a trouble is over. The notice goes to those who heard of its beginning, whatever
 * the config says now.
 */
export function endTrouble(
  { db, config, now }: NoticeContext,
  told: ToldTrouble,
  trouble: OpenTrouble,
  text: string,
): TroubleNotice {
  closeTrouble(db, trouble.id, now);
  const key = keyOf(told, trouble);
  return {
    key: `${key}/recovered`,
    message: messageOf(told, trouble, 'recovered', text, now),
    channels: config.channels.flatMap((channel) => {
      const only = listHearers(db, channel.name, `${key}/trouble`);
      return only.length === 0 ? [] : [{ channel, only }];
    }),
  };
}

/**
 * Who waits for alerts of the watch (null: of any watch) hears that there will be none. Where
 * nobody does, everybody hears it.
 */
export function channelsFor({ rules, channels }: Config, watch: string | null): Channel[] {
  const waiting = new Set(
    rules.filter((rule) => watch === null || covers(rule, watch)).flatMap((rule) => rule.notify),
  );
  const chosen = channels.filter(({ name }) => waiting.has(name));
  return chosen.length > 0 ? chosen : [...channels];
}
