// Whether the source works, as one watch sees it: apart from product alerts, and one message per watch with its
// recovery, never one per product or per snapshot. The decision is pure; what was told is in `troubles`.
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import { covers, type Channel, type Config } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { plural } from '../lib/text.ts';
import type { FetchedList, SnapshotStatus, TroubleMessage } from '../model.ts';
import type { Db } from '../store/open.ts';
import {
  closeTrouble,
  findOpenTrouble,
  listRecentSnapshots,
  listToldChannels,
  openTrouble,
  type OpenTrouble,
  type RecentSnapshot,
} from '../store/troubles.ts';
import type { SnapshotRow } from '../store/snapshots.ts';

export type TroubleKind = OpenTrouble['kind'];

/** Failed snapshots in a row before it is told: one may be a passing fault, and its slot is told by `status`. */
export const FAILED_IN_A_ROW = 2;
/** Slots without a refresh before the source counts as frozen: refreshes of a day may come late. */
export const STALE_IN_A_ROW = 3;

export type TroubleDecision =
  | { kind: 'open'; trouble: Omit<OpenTrouble, 'id'> }
  | { kind: 'close'; trouble: OpenTrouble }
  | null;

/**
 * What changes with the newest snapshot of a watch. `recent` is newest first and holds it; missed slots count as
 * snapshots that are not complete, imported ones are left out.
 *
 * Only a complete snapshot is a recovery. While one trouble is open no other is opened: who was told that the source fails
 * does not need to hear that it now fails otherwise.
 */
export function decideTrouble(
  watch: string,
  recent: readonly RecentSnapshot[],
  open: OpenTrouble | null,
  refused: FetchedList['refused'],
  intervalMs: number,
): TroubleDecision {
  const [newest] = recent;
  if (newest === undefined) return null;
  if (newest.status === 'complete') return open === null ? null : { kind: 'close', trouble: open };
  if (open !== null) return null;
  const begun = (kind: TroubleKind, since: RecentSnapshot, text: string): TroubleDecision => ({
    kind: 'open',
    trouble: { kind, sinceSlotAt: since.slotAt, text },
  });
  const last = newest.reason ?? newest.status;

  if (refused?.reason === 'out_of_credits')
    return begun(
      'out_of_credits',
      newest,
      `The source says that its credits are used up. ${watch} gets no snapshots until the account is topped up or its quota renewed.`,
    );
  if (refused?.reason === 'unauthorised')
    return begun(
      'unauthorised',
      newest,
      `The source does not accept the token. ${watch} gets no snapshots until source.token is right.`,
    );
  const failed = inARow(recent, 'failed');
  if (failed.length >= FAILED_IN_A_ROW)
    return begun(
      'failing',
      failed.at(-1) ?? newest,
      `The last ${plural(failed.length, 'snapshot')} of ${watch} failed. The latest: ${last}. To try the source: tidemark check --connect`,
    );
  const stale = inARow(recent, 'stale');
  if (stale.length >= STALE_IN_A_ROW)
    return begun(
      'frozen',
      stale.at(-1) ?? newest,
      `The list of ${watch} has not changed in any row for ${plural(stale.length, 'slot')}: the source answers, but does not refresh. No rule is evaluated meanwhile.`,
    );
  const lastComplete = recent.find(({ status }) => status === 'complete');
  const since = lastComplete ?? recent.at(-1) ?? newest;
  if (newest.slotAt - since.slotAt > MAX_GAP_INTERVALS * intervalMs) {
    const what =
      lastComplete === undefined
        ? `${watch} has had no complete snapshot yet`
        : `${watch} has had no complete snapshot since ${isoTime(lastComplete.slotAt)}`;
    return begun(
      'incomplete',
      since,
      `${what}, so that changes have nothing to be measured against. The latest is ${newest.status}: ${last}.`,
    );
  }
  return null;
}

function inARow(recent: readonly RecentSnapshot[], status: SnapshotStatus): RecentSnapshot[] {
  const end = recent.findIndex((snapshot) => snapshot.status !== status);
  return recent.slice(0, end === -1 ? recent.length : end);
}

export type TroubleNotice = { key: string; message: TroubleMessage; channels: Channel[] };

/** Decides on the newest stored snapshot, writes the decision down, and returns what to tell. Runs inside the transaction of the pass. */
export function watchForTrouble(
  db: Db,
  config: Config,
  snapshot: SnapshotRow,
  watch: string,
  refused: FetchedList['refused'],
  now: Instant,
): TroubleNotice | null {
  const decision = decideTrouble(
    watch,
    listRecentSnapshots(db, snapshot.watchId, snapshot.slotAt),
    findOpenTrouble(db, snapshot.watchId),
    refused,
    snapshot.intervalMs,
  );
  if (decision === null) return null;
  const told = decision.kind === 'close' ? listToldChannels(db, decision.trouble.id) : [];
  if (decision.kind === 'open') openTrouble(db, snapshot.watchId, decision.trouble, now);
  else closeTrouble(db, decision.trouble.id, now);
  const { kind, sinceSlotAt } = decision.trouble;
  const state = decision.kind === 'open' ? 'trouble' : 'recovered';
  const text =
    decision.kind === 'open'
      ? decision.trouble.text
      : `${watch} has a complete snapshot again, of the slot ${isoTime(snapshot.slotAt)}. Rules are evaluated as before.`;
  return {
    key: `source.trouble/${watch}/${isoTime(sinceSlotAt)}/${state}`,
    message: {
      type: 'source.trouble',
      timestamp: isoTime(now),
      data: { subject: watch, kind, state, since: isoTime(sinceSlotAt), text },
    },
    channels:
      decision.kind === 'open'
        ? channelsFor(config, watch)
        : config.channels.filter(({ name }) => told.includes(name)),
  };
}

/** Those who wait for alerts of the watch hear that there will be none; where nobody does, everybody. */
function channelsFor({ rules, channels }: Config, watch: string): Channel[] {
  const waiting = new Set(
    rules.filter((rule) => covers(rule, watch)).flatMap((rule) => rule.notify),
  );
  const chosen = channels.filter(({ name }) => waiting.has(name));
  return chosen.length > 0 ? chosen : [...channels];
}
