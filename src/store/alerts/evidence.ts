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
type Said = {
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

/** What all decisions of a rule on one snapshot share. */
export type EvidenceHead = Said & { snapshot: SnapshotFact; baseline: SnapshotFact | null };

/** Everything a decision was based on. */
export type Evidence = EvidenceHead & { change: ChangeValues };

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

/**
 * Returns a function that makes the text to store of each change row of one rule on one snapshot.
 * All rows must have the same columns in the same order. Must run in one transaction, with the rows
 * that hold the text, since it writes what they share.
 */
export function evidencePacker(
  db: Db,
  { snapshot, baseline, ...said }: EvidenceHead,
): (change: ChangeValues) => string {
  let head: string | null = null;
  return (change) => {
    head ??= JSON.stringify({
      said: sharedText(db, JSON.stringify(said)),
      names: sharedText(db, JSON.stringify(pathsOf(change))),
      snapshot: packFact(snapshot),
      baseline: baseline === null ? null : packFact(baseline),
    } satisfies Omit<Packed, 'change'>).slice(0, -1);
    return `${head},"change":${valuesText(change)}}`;
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
