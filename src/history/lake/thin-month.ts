// Which snapshots of a month its file in the lake is known to have.
import { findConfirmed, saveConfirmed, type MonthProof } from '../../store/lake/confirmed.ts';
import type { Leaving } from '../../store/lake/leave.ts';
import type { LogFile, LogState } from '../export/log-state.ts';
import type { Target } from '../export/target.ts';
import { sha256Of } from '../export/whole-file.ts';
import type { LakePart } from './sync.ts';
import type { Found, ThinDeps } from './thin-deps.ts';
import { verifyPart } from './verify-part.ts';

/** Snapshots of one watch and month. */
export type Months = readonly [Leaving, ...Leaving[]];

/** By watch and month, in the order in which they come. */
export function byMonth(leaving: readonly Leaving[]): Months[] {
  const months = new Map<string, [Leaving, ...Leaving[]]>();
  for (const one of leaving) {
    const key = `${one.watch} ${one.month}`;
    const known = months.get(key);
    if (known === undefined) months.set(key, [one]);
    else known.push(one);
  }
  return [...months.values()];
}

/**
 * What of a month is known to be in its file, by what was confirmed of this very file before, or by
 * a verification now; and why not all of it.
 */
export async function placesOf(
  deps: ThinDeps,
  part: LakePart,
  target: Target,
  log: LogState,
  own: Months,
): Promise<[ReadonlyMap<number, Found>, string | null]> {
  const { db, reader, place, clock, dryRun } = deps;
  const [{ watch, month }] = own;
  const key = { place: place.text, folder: part.table, watch, month };
  const file = fileOf(log, part, own);
  if (file === null) return [new Map(), null];
  const confirmed = findConfirmed(db.raw, key);
  const isThatFile =
    confirmed !== null && confirmed.tableId === log.metaData?.id && confirmed.path === file.path;
  if (isThatFile) {
    const bytes = await target.store.get(file.path);
    if (bytes === null || !sha256Of(bytes).equals(confirmed.sha256))
      return [
        new Map(),
        `${target.store.describe(file.path)} is not as it was when it was verified`,
      ];
    if (own.every(({ id }) => confirmed.rowsHashes.has(id)))
      return [withMonth(confirmed.id, confirmed.rowsHashes), null];
  }

  let problem: string | null = null;
  const proofs: MonthProof[] = [];
  await verifyPart(
    reader,
    place,
    part,
    clock,
    (state, proof) => {
      if (state.problem !== null)
        problem = `${part.table}/watch=${watch}/month=${month}: ${state.problem}`;
      if (proof !== null) proofs.push(proof);
    },
    { watch, month },
  );
  const [proof] = proofs;
  if (proof === undefined || proof.path !== file.path) return [new Map(), problem];
  if (dryRun)
    return [
      withMonth(
        0,
        proof.units.map(({ id, rowsHash }) => [id, rowsHash]),
      ),
      null,
    ];
  saveConfirmed(db, proofs, clock.now());
  const saved = findConfirmed(db.raw, key);
  return [saved === null ? new Map() : withMonth(saved.id, saved.rowsHashes), null];
}

const withMonth = (
  monthId: number,
  hashes: Iterable<readonly [number, Buffer]>,
): Map<number, Found> =>
  new Map([...hashes].map(([id, rowsHash]) => [id, { monthId, rowsHash }] as const));

/** The one file of a month; null when there is none, or more than one. */
function fileOf(
  log: LogState,
  { selection }: LakePart,
  [{ watch, month }]: Months,
): LogFile | null {
  const [file = null, ...others] = [...log.files.values()].filter(
    ({ partition }) =>
      partition.list === selection.list.name &&
      partition.watch === watch &&
      partition.month === month,
  );
  return others.length === 0 ? file : null;
}
