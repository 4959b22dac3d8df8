// What an evaluation is handed: a pass, and each of its rules.
import type { Watch } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import type { EvidenceWriter, SnapshotFact } from '../store/alerts/evidence.ts';
import type { ProductState } from '../store/alerts/rule-states.ts';
import type { ActiveRule } from '../store/alerts/rules.ts';
import type { Silence } from '../store/alerts/silences.ts';
import type { Db } from '../store/file/open.ts';
import type { ChangeRows } from '../store/reading/change-rows.ts';
import type { SnapshotRow } from '../store/snapshots/snapshots.ts';

/** What all rules of a pass share. */
export type Pass = {
  db: Db;
  snapshot: SnapshotRow;
  watch: Pick<Watch, 'name' | 'schedule' | 'timezone'>;
  silences: readonly Silence[];
  evidence: EvidenceWriter;
  now: Instant;
};

/** One rule in a pass. */
export type Run = {
  active: ActiveRule;
  baseline: SnapshotFact | null;
  /** How far the rule was evaluated before; null: it never was. */
  watermark: Instant | null;
  /** The change rows against its baseline. */
  rows: ChangeRows;
  /** Products with a pending or open alert that this snapshot may say something new of. */
  tracked: ReadonlyMap<number, ProductState>;
};
