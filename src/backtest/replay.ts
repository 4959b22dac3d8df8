// Evaluates the rules of a config over stored history, by the engine of the passes, on a connection
// that keeps nothing.
import { setImmediate } from 'node:timers/promises';
import { evaluate, type Evaluation } from '../alert/evaluate.ts';
import { isEvaluatedStatus } from '../change/baseline.ts';
import { covers, type Config, type Watch } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import { syncConfig } from '../store/series/apply-config.ts';
import {
  countOtherSnapshots,
  listSeriesSnapshots,
  type StoredSnapshot,
} from '../store/alerts/episodes.ts';
import { openShadow } from '../store/file/open-shadow.ts';
import type { Db } from '../store/file/open.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import { keepRecords } from '../store/alerts/replayed-records.ts';
import { findLeft, type LeftPart } from '../store/lake/left.ts';
import { getSnapshot } from '../store/snapshots/snapshots.ts';

/** The stored snapshots of what a configured watch asks for today. */
export type ReplayList = {
  watch: string;
  /** As configured: what its slots are. */ asked: Watch;
  watchId: number;
  snapshots: readonly StoredSnapshot[];
  /** What is in a lake alone, and so cannot be replayed; nor is what was kept of that time. */
  left: LeftPart | null;
  /** How many snapshots of its earlier queries there are, from a slot on. */
  countOthers: (sinceAt: Instant) => number;
};

/** A replay that is ready to run; afterwards `db` holds its alerts. */
export type Replay = {
  db: Db;
  rules: readonly ActiveRule[];
  lists: readonly ReplayList[];
  /** Rules that could not be evaluated, by name: how often, and why and at which slot first. */
  setAside: Map<string, SetAside>;
};

export type SetAside = { count: number; reason: string; slotAt: Instant };

function note(setAside: Replay['setAside'], rule: string, reason: string, slotAt: Instant): void {
  const known = setAside.get(rule);
  if (known === undefined) setAside.set(rule, { count: 1, reason, slotAt });
  else known.count += 1;
}

/** By name; undefined means all of the config. */
export type ReplayScope = { watch: string | undefined; rule: string | undefined };

/**
 * Opens the history for the rules and watches of a config. The caller closes `db`. Silences do not
 * count.
 * @throws AppError `database_unusable`, `database_newer`
 */
export function openReplay(
  database: string,
  config: Config,
  scope: ReplayScope,
  now: Instant,
): Replay {
  const db = openShadow(database);
  const rules = config.rules.filter(({ name }) => scope.rule === undefined || name === scope.rule);
  const synced = syncConfig(db, { ...config, rules }, now);
  const lists = config.watches.flatMap((asked): ReplayList[] => {
    const row = synced.watches.get(asked.name);
    if (row === undefined || (scope.watch !== undefined && asked.name !== scope.watch)) return [];
    const { watchId, seriesId } = row;
    const left = findLeft(db.raw, { seriesId });
    return [
      {
        watch: asked.name,
        asked,
        watchId,
        // Of the time before only what alerts were decided on is here, with holes between.
        snapshots: listSeriesSnapshots(db, seriesId).filter(
          ({ slotAt }) => left === null || slotAt > left.toAt,
        ),
        left,
        countOthers: (sinceAt) => countOtherSnapshots(db, watchId, seriesId, sinceAt),
      },
    ];
  });
  return { db, rules: synced.rules, lists, setAside: new Map() };
}

/** May this snapshot say something about rules? The others are stale, suspect, failed or missed. */
export const isEvaluated = ({ status }: StoredSnapshot): boolean => isEvaluatedStatus(status);

/** How many snapshots a replay will evaluate. */
export const countEvaluated = ({ lists }: Replay): number =>
  lists.reduce((sum, { snapshots }) => sum + snapshots.filter(isEvaluated).length, 0);

/** After how many snapshots the process looks at its signals. */
const BREATH = 10;

/** A snapshot that was evaluated, and what came of it. */
export type Evaluated = { slotAt: Instant; events: Evaluation['events'] };

/**
 * Evaluates every snapshot from the beginning of each list, as a state may have begun any time ago:
 * list by list, or slot by slot over all lists, which comes to the same. Returns false when it was
 * stopped.
 */
export async function runReplay(
  { db, rules, lists, setAside }: Replay,
  advance: (one: Evaluated) => void,
  stop: AbortSignal,
  order: 'by list' | 'by slot' = 'by list',
): Promise<boolean> {
  let done = 0;
  const steps = lists.flatMap(({ watch, asked, snapshots }) => {
    const concerned = rules.filter(({ rule }) => covers(rule, watch));
    return snapshots
      .filter(isEvaluated)
      .map(({ id, slotAt }) => ({ id, slotAt, asked, concerned }));
  });
  if (order === 'by slot') steps.sort((a, b) => a.slotAt - b.slotAt);
  for (const { id, asked, concerned } of steps) {
    const snapshot = getSnapshot(db, id);
    keepRecords(db, snapshot);
    // Passes skip imported snapshots, so that history sends no messages. Here no message can
    // be made, and imported history must count.
    const { setAside: failed, events } = evaluate(
      db,
      { ...snapshot, origin: snapshot.origin === 'import' ? 'schedule' : snapshot.origin },
      asked,
      concerned,
      snapshot.takenAt ?? snapshot.slotAt,
    );
    for (const { rule, reason } of failed) note(setAside, rule.rule.name, reason, snapshot.slotAt);
    advance({ slotAt: snapshot.slotAt, events });
    if (++done % BREATH === 0) await setImmediate();
    if (stop.aborted) return false;
  }
  return true;
}
