// What a pass shows to be wrong with its source, its watch or its rules: written down, and made
// into messages. It runs inside the transaction of the pass.
import { sourceOf, type Watch } from '../config/config.ts';
import { isoTime } from '../lib/clock.ts';
import { cleanText, truncate } from '../lib/text.ts';
import type { FetchedList } from '../model.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';
import {
  findCompleteness,
  findOpenTrouble,
  findRecovery,
  listRecentSnapshots,
  listRefreshes,
} from '../store/alerts/troubles.ts';
import type { Evaluation } from './evaluate.ts';
import {
  beginTrouble,
  channelsFor,
  endTrouble,
  type NoticeContext,
  type ToldTrouble,
  type TroubleNotice,
} from './trouble-notice.ts';
import { bySlot, decideTrouble, RHYTHM_MS } from './trouble.ts';

/**
 * Looks at one pass: what was stored, whether the source refused it, and how its rules could be
 * evaluated.
 */
export function watchForTrouble(
  context: NoticeContext,
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
  out_of_credits: (source: string) =>
    `${source} says that its credits are used up. No watch gets snapshots until the account is topped up or its quota renewed.`,
  unauthorised: (source: string, keys: string) =>
    `${source} does not accept the token. No watch gets snapshots until ${keys}.token is right.`,
} as const;

/** How messages call a source: by its name where there are several. */
const calledIn = ({ sources }: NoticeContext['config'], name: string): string =>
  sources.length === 1 ? 'The source' : `The source ${name}`;

/**
 * A 401 or 402 is about the whole account, so it is one trouble however many watches meet it. It is
 * over when any list is served again.
 */
function watchSource(
  context: NoticeContext,
  {
    snapshot,
    watch,
    refused,
  }: { snapshot: SnapshotRow; watch: Watch; refused: FetchedList['refused'] },
): { isRefused: boolean; notices: TroubleNotice[] } {
  const { name, place } = sourceOf(context.config, watch);
  const subject = { source: name };
  const told: ToldTrouble = { type: 'source.trouble', name, subject };
  const called = calledIn(context.config, name);
  const open = findOpenTrouble(context.db, subject);
  const kind = refused?.reason;
  if (kind === 'out_of_credits' || kind === 'unauthorised') {
    const notices =
      open === null
        ? [
            beginTrouble(context, told, channelsFor(context.config, null), {
              kind,
              sinceSlotAt: snapshot.slotAt,
              text: REFUSALS[kind](called, place),
            }),
          ]
        : [];
    return { isRefused: true, notices };
  }
  if (open === null || snapshot.pages === 0) return { isRefused: open !== null, notices: [] };
  const text = `${called} serves lists again. Watches go on with their next slots.`;
  return { isRefused: false, notices: [endTrouble(context, told, open, text)] };
}

/**
 * While the source refuses every watch, nothing is told of a single one, and what failed in that
 * time does not count as its failure.
 */
function watchList(
  context: NoticeContext,
  { snapshot, watch }: { snapshot: SnapshotRow; watch: Watch },
  isRefused: boolean,
): TroubleNotice[] {
  const { db, config } = context;
  const { watchId, seriesId, slotAt, intervalMs } = snapshot;
  const subject = { watchId };
  const told: ToldTrouble = { type: 'source.trouble', name: watch.name, subject };
  const open = findOpenTrouble(db, subject);
  // A list that was not asked for, as it is stored already, says nothing of its source.
  if (snapshot.status === 'stale' && snapshot.rows === 0) return [];
  if (open === null && (isRefused || snapshot.status === 'complete')) return [];
  const decision = decideTrouble(watch.name, {
    recent: bySlot(listRecentSnapshots(db, watchId, slotAt), watch),
    open,
    recoveredAt: findRecovery(db, watch.source, watchId, context.now) ?? -Infinity,
    ...findCompleteness(db, seriesId, slotAt),
    refreshes:
      snapshot.status === 'complete' ? [] : listRefreshes(db, seriesId, slotAt - RHYTHM_MS, slotAt),
    intervalMs,
  });
  if (decision === null) return [];
  return decision.kind === 'open'
    ? [beginTrouble(context, told, channelsFor(config, watch.name), decision.trouble)]
    : [
        endTrouble(
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
  context: NoticeContext,
  {
    snapshot: { watchId, slotAt },
    watch,
    evaluation: { setAside, evaluated },
  }: { snapshot: SnapshotRow; watch: Watch; evaluation: Evaluation },
): TroubleNotice[] {
  const { db, config } = context;
  const told = ({ id, rule }: ActiveRule): ToldTrouble => ({
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
      beginTrouble(
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
          endTrouble(
            context,
            told(active),
            open,
            `The rule ${active.rule.name} is evaluated on ${watch.name} again.`,
          ),
        ];
  });
  return [...begun, ...over];
}
