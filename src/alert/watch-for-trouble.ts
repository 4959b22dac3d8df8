// What a pass shows of its source, its watch and its rules, written down and turned into what is to
// be told. Runs inside the transaction of the pass.
import type { Channel } from '../config/channels/kinds.ts';
import { covers, type Config, type Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { cleanText, truncate } from '../lib/text.ts';
import type { TroubleMessage } from '../message/trouble.ts';
import type { FetchedList } from '../model.ts';
import type { Db } from '../store/file/open.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import {
  closeTrouble,
  findCompleteness,
  findOpenTrouble,
  findRecovery,
  listHearers,
  listRecentSnapshots,
  listRefreshes,
  openTrouble,
  type OpenTrouble,
  type TroubleSubject,
} from '../store/alerts/troubles.ts';
import type { Evaluation } from './evaluate.ts';
import { bySlot, decideTrouble, RHYTHM_MS } from './trouble.ts';

/** The account at the upstream, as messages name it. */
export const SOURCE_NAME = 'keyapi';

/** A message and the channels it goes to; `only`: of each, these recipients. */
export type TroubleNotice = {
  key: string;
  message: TroubleMessage;
  channels: { channel: Channel; only?: readonly string[] }[];
};

type Context = { db: Db; config: Config; now: Instant };
/** A trouble as it is told: `name` of what has it. */
type Told = { type: TroubleMessage['type']; name: string; subject: TroubleSubject };

/**
 * Looks at one pass: what was stored, whether the source refused it, and how its rules could be
 * evaluated.
 */
export function watchForTrouble(
  context: Context,
  pass: {
    snapshot: SnapshotRow;
    watch: Watch;
    refused: FetchedList['refused'];
    evaluation: Evaluation;
  },
): TroubleNotice[] {
  const { isRefused, notices } = watchSource(context, pass);
  return [...notices, ...watchList(context, pass, isRefused), ...watchRules(context, pass)];
}

const REFUSALS = {
  out_of_credits:
    'The source says that its credits are used up. No watch gets snapshots until the account is topped up or its quota renewed.',
  unauthorised:
    'The source does not accept the token. No watch gets snapshots until source.token is right.',
} as const;

/**
 * A 401 and a 402 are of the account: one trouble, however many watches meet it. It is over when a
 * list is served again.
 */
function watchSource(
  context: Context,
  { snapshot, refused }: { snapshot: SnapshotRow; refused: FetchedList['refused'] },
): { isRefused: boolean; notices: TroubleNotice[] } {
  const subject = { source: SOURCE_NAME };
  const told: Told = { type: 'source.trouble', name: SOURCE_NAME, subject };
  const open = findOpenTrouble(context.db, subject);
  const kind = refused?.reason;
  if (kind === 'out_of_credits' || kind === 'unauthorised') {
    const notices =
      open === null
        ? [
            begin(context, told, channelsFor(context.config, null), {
              kind,
              sinceSlotAt: snapshot.slotAt,
              text: REFUSALS[kind],
            }),
          ]
        : [];
    return { isRefused: true, notices };
  }
  if (open === null || snapshot.pages === 0) return { isRefused: open !== null, notices: [] };
  const text = `The source serves lists again. Watches go on with their next slots.`;
  return { isRefused: false, notices: [end(context, told, open, text)] };
}

/**
 * While the source refuses everybody, nothing is told of one watch. What failed meanwhile is no
 * failure of its own.
 */
function watchList(
  context: Context,
  { snapshot, watch }: { snapshot: SnapshotRow; watch: Watch },
  isRefused: boolean,
): TroubleNotice[] {
  const { db, config } = context;
  const { watchId, seriesId, slotAt, intervalMs } = snapshot;
  const subject = { watchId };
  const told: Told = { type: 'source.trouble', name: watch.name, subject };
  const open = findOpenTrouble(db, subject);
  if (open === null && (isRefused || snapshot.status === 'complete')) return [];
  const decision = decideTrouble(watch.name, {
    recent: bySlot(listRecentSnapshots(db, watchId, slotAt), watch),
    open,
    recoveredAt: findRecovery(db, SOURCE_NAME, watchId, context.now) ?? -Infinity,
    ...findCompleteness(db, seriesId, slotAt),
    refreshes:
      snapshot.status === 'complete' ? [] : listRefreshes(db, seriesId, slotAt - RHYTHM_MS, slotAt),
    intervalMs,
  });
  if (decision === null) return [];
  return decision.kind === 'open'
    ? [begin(context, told, channelsFor(config, watch.name), decision.trouble)]
    : [
        end(
          context,
          told,
          decision.trouble,
          `${watch.name} has a complete snapshot again, of the slot ${isoTime(slotAt)}. Rules are evaluated as before.`,
        ),
      ];
}

/**
 * A rule that cannot be evaluated is told once, by the first watch where it fails, and is over when
 * it can be evaluated there.
 */
function watchRules(
  context: Context,
  {
    snapshot: { watchId, slotAt },
    watch,
    evaluation: { setAside, evaluated },
  }: { snapshot: SnapshotRow; watch: Watch; evaluation: Evaluation },
): TroubleNotice[] {
  const { db, config } = context;
  const told = ({ id, rule }: ActiveRule): Told => ({
    type: 'rule.trouble',
    name: rule.name,
    subject: { ruleId: id, watchId },
  });
  const begun = setAside.flatMap(({ rule: active, reason }) => {
    if (findOpenTrouble(db, told(active).subject) !== null) return [];
    const { name, notify } = active.rule;
    const channels = config.channels.filter((channel) => notify.includes(channel.name));
    const text = `The rule ${name} cannot be evaluated on ${watch.name}: ${truncate(cleanText(reason), 300)}. It is set aside there, its alerts stay as they are, and everything else goes on. To see where it fails: tidemark check`;
    return [
      begin(
        context,
        told(active),
        channels.length > 0 ? channels : channelsFor(config, watch.name),
        { kind: 'rule_failing', sinceSlotAt: slotAt, text },
      ),
    ];
  });
  const over = evaluated.flatMap((active) => {
    const open = findOpenTrouble(db, told(active).subject);
    return open === null || open.watchId !== watchId
      ? []
      : [
          end(
            context,
            told(active),
            open,
            `The rule ${active.rule.name} is evaluated on ${watch.name} again.`,
          ),
        ];
  });
  return [...begun, ...over];
}

const keyOf = ({ type, name }: Told, { sinceSlotAt }: Pick<OpenTrouble, 'sinceSlotAt'>): string =>
  `${type}/${name}/${isoTime(sinceSlotAt)}`;

function messageOf(
  { type, name }: Told,
  { kind, sinceSlotAt }: Omit<OpenTrouble, 'id' | 'watchId'>,
  state: TroubleMessage['data']['state'],
  text: string,
  now: Instant,
): TroubleMessage {
  const since = isoTime(sinceSlotAt);
  return { type, timestamp: isoTime(now), data: { subject: name, kind, state, since, text } };
}

function begin(
  { db, now }: Context,
  told: Told,
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

/** The end is for those who heard the beginning, whatever the rules say by now. */
function end(
  { db, config, now }: Context,
  told: Told,
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
 * Those who wait for alerts of the watch (null: of any) hear that there will be none; where nobody
 * does, everybody.
 */
function channelsFor({ rules, channels }: Config, watch: string | null): Channel[] {
  const waiting = new Set(
    rules.filter((rule) => watch === null || covers(rule, watch)).flatMap((rule) => rule.notify),
  );
  const chosen = channels.filter(({ name }) => waiting.has(name));
  return chosen.length > 0 ? chosen : [...channels];
}
