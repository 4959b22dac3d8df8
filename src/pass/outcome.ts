// What one pass did, and how it ended.
import type { AlertEvent } from '../alert/evaluate-record.ts';
import type { Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import type { FetchedList, SnapshotStatus } from '../model.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';

/** What one pass did: the shape of `tidemark snapshot --json`. */
export type PassResult = {
  watch: string;
  slot_at: string;
  /** Of a dated list; a list of now has no such key. */
  data_date?: string;
  snapshot_id: number;
  status: SnapshotStatus;
  reason: string | null;
  rows: number;
  pages: number;
  credits: number;
  /** Alerts that fired and were told, and that resolved. */
  fired: number;
  resolved: number;
};

/**
 * The list of the slot is not published yet, and nothing is stored of it. `failure`: why it did not
 * come this time, where the source said nothing of the kind; `refused`: that it refused us. `againAt`: when it is to be
 * asked for again; null for a pass by hand, and where it was given up: then the slot is `missed`.
 */
export type Unpublished = {
  kind: 'unpublished';
  watch: string;
  slotAt: Instant;
  dataDate: string | null;
  credits: number;
  againAt: Instant | null;
  isGivenUp: boolean;
  failure: string | null;
  refused: FetchedList['refused'];
};

/**
 * How a pass ended: `taken`, `known` when the slot already had a snapshot, or `aborted` before
 * anything was stored.
 */
export type PassOutcome =
  | {
      kind: 'taken';
      result: PassResult;
      refused: FetchedList['refused'];
      /** What is worth knowing of the list besides its status; null when nothing is. */
      note: string | null;
    }
  | { kind: 'known'; result: PassResult }
  | Unpublished
  | { kind: 'aborted' };

/** What one pass did, of the snapshot that its slot has now; `events` of this pass alone. */
export function resultOf(
  watch: Watch,
  snapshot: SnapshotRow,
  credits: number,
  events: readonly AlertEvent[],
): PassResult {
  const count = (...kinds: AlertEvent['decision']['kind'][]) =>
    events.filter(({ decision }) => kinds.includes(decision.kind)).length;
  return {
    watch: watch.name,
    slot_at: isoTime(snapshot.slotAt),
    ...(snapshot.dataDate === null ? {} : { data_date: snapshot.dataDate }),
    snapshot_id: snapshot.id,
    status: snapshot.status,
    reason: snapshot.reason,
    rows: snapshot.rows,
    pages: snapshot.pages,
    credits,
    fired: count('fired', 'told'),
    resolved: count('resolved'),
  };
}
