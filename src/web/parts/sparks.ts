// The sparklines of a whole list. They are costly to make, and stay the same until the file
// changes.
import { dataVersion } from '../../store/file/versions.ts';
import { listRanksOfList } from '../../store/reading/list-ranks.ts';
import type { Db } from '../../store/file/open.ts';
import { sparkSvg } from './sparkline.ts';

export const SPARK_SNAPSHOTS = 30;
/** How many lists are kept. */
const KEPT = 4;

type Known = { version: number; lists: Map<number, ReadonlyMap<string, string>> };
const known = new WeakMap<Db, Known>();

/** By upstream id, for the products of a snapshot. */
export function sparksOf(db: Db, snapshotId: number): ReadonlyMap<string, string> {
  const version = dataVersion(db);
  let kept = known.get(db);
  if (kept === undefined || kept.version !== version)
    known.set(db, (kept = { version, lists: new Map() }));
  let sparks = kept.lists.get(snapshotId);
  if (sparks === undefined) {
    const ranks = listRanksOfList(db, snapshotId, SPARK_SNAPSHOTS);
    sparks = new Map([...ranks].map(([id, row]) => [id, sparkSvg(row)]));
    kept.lists.set(snapshotId, sparks);
    const [oldest] = kept.lists.keys();
    if (kept.lists.size > KEPT && oldest !== undefined) kept.lists.delete(oldest);
  }
  return sparks;
}
