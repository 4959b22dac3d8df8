// What a decision was based on, and how it is stored: what many alerts share once, the rest as
// arrays. That takes a third of the whole as JSON, and views can still read it.
import { isoTime, type Instant } from '../../lib/clock.ts';
import type { ChangeValues, SnapshotStatus } from '../../model.ts';
import type { Db } from '../file/open.ts';

/** One side of a comparison, as an alert remembers it. Times are ISO-8601. */
export type SnapshotFact = {
  id: number;
  slot_at: string;
  /** Of a dated list. */
  data_date?: string;
  taken_at: string | null;
  status: SnapshotStatus;
};

/** Of the rule that decided, as it was then. */
export type Said = {
  rule: string;
  rule_revision: number;
  description: string | null;
  when: string;
  clear: string | null;
  /** `previous`, or how long ago: `7d`. */
  compare: string;
  /** null: 3 intervals of the schedule. */
  max_gap_ms: number | null;
  for: number;
  clear_for: number;
};

/** Everything a decision was based on. */
export type Evidence = Said & {
  snapshot: SnapshotFact;
  baseline: SnapshotFact | null;
  change: ChangeValues;
};

/** `[id, slot_at, taken_at, status, data_date?]`, times in milliseconds UTC. */
type PackedFact = [number, Instant, Instant | null, SnapshotStatus, string?];

/** As it is stored. `said` and `names` are ids of `evidence_texts`. */
type Packed = {
  said: number;
  names: number;
  snapshot: PackedFact;
  baseline: PackedFact | null;
  change: ChangeValues[string][];
};

/** Writes the evidence of decisions on one snapshot as the text to store. */
export type EvidenceWriter = {
  /** For the decisions of one rule against one baseline. */
  of: (said: Said, baseline: SnapshotFact | null) => (change: ChangeValues) => string;
};

/**
 * Returns a writer for one snapshot. All change rows that it is given must have the same columns in
 * the same order, as those of one list have. What alerts share is written when it is first needed,
 * in the transaction of the alert.
 */
export function evidenceWriter(db: Db, snapshot: SnapshotFact): EvidenceWriter {
  let namesId: number | null = null;
  const snapshotText = JSON.stringify(packFact(snapshot));
  return {
    of: (said, baseline) => {
      let head: string | null = null;
      const baselineText = baseline === null ? 'null' : JSON.stringify(packFact(baseline));
      return (change) => {
        if (head === null) {
          namesId ??= sharedText(db, JSON.stringify(pathsOf(change)));
          const saidId = sharedText(db, JSON.stringify(said));
          head = `{"said":${saidId},"names":${namesId},"snapshot":${snapshotText},"baseline":${baselineText}`;
        }
        return `${head},"change":${valuesText(change)}}`;
      };
    },
  };
}

/** Where a value is in the stored text, by its name: what SQL asks for. */
const pathsOf = (change: ChangeValues): Record<string, string> =>
  Object.fromEntries(Object.keys(change).map((name, at) => [name, `$.change[${at}]`]));

/** Kept for the next alert, as many rules may fire for one product. */
const valuesTexts = new WeakMap<ChangeValues, string>();

function valuesText(change: ChangeValues): string {
  const text = valuesTexts.get(change) ?? JSON.stringify(Object.values(change));
  valuesTexts.set(change, text);
  return text;
}

const packFact = (fact: SnapshotFact): PackedFact => [
  fact.id,
  Date.parse(fact.slot_at),
  fact.taken_at === null ? null : Date.parse(fact.taken_at),
  fact.status,
  ...((fact.data_date === undefined ? [] : [fact.data_date]) as [string?]),
];

/** The id of a text in `evidence_texts`, which is added where it is missing. */
function sharedText(db: Db, text: string): number {
  const known = db.statement('SELECT id FROM evidence_texts WHERE text = ?').pluck().get(text);
  if (known !== undefined) return known as number;
  const added = db.statement('INSERT INTO evidence_texts (text) VALUES (?)').run(text);
  return Number(added.lastInsertRowid);
}

/** Reads stored evidence, of this version or of those before, which stored the whole as JSON. */
export function evidenceIn(db: Db, text: string): Evidence {
  const stored = JSON.parse(text) as Packed | Evidence;
  if (!('said' in stored)) return stored;
  const textOf = db.statement('SELECT text FROM evidence_texts WHERE id = ?').pluck();
  const { said, names, snapshot, baseline, change } = stored;
  return {
    ...(JSON.parse(textOf.get(said) as string) as Said),
    snapshot: factIn(snapshot),
    baseline: baseline === null ? null : factIn(baseline),
    change: Object.fromEntries(
      Object.keys(JSON.parse(textOf.get(names) as string) as object).map((name, at) => [
        name,
        change[at] ?? null,
      ]),
    ),
  };
}

const factIn = ([id, slotAt, takenAt, status, dataDate]: PackedFact): SnapshotFact => ({
  id,
  slot_at: isoTime(slotAt),
  ...(dataDate === undefined ? {} : { data_date: dataDate }),
  taken_at: takenAt === null ? null : isoTime(takenAt),
  status,
});
