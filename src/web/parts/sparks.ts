// The sparklines of a whole list. They are costly to make, and stay the same until the file
// changes.
import { dataVersion } from '../../store/file/versions.ts';
import { listRanksOfList } from '../../store/reading/list-ranks.ts';
import type { Db } from '../../store/file/open.ts';
import { sparkDot, sparkSvg } from './sparkline.ts';

export const SPARK_SNAPSHOTS = 30;
/** How many lists are kept. */
const KEPT = 4;

export type Sparks = {
  /** By upstream id, for the products of a snapshot. */
  lines: ReadonlyMap<string, string>;
  /** What the page needs once for all of them. */
  dot: string;
};

type Known = { version: number; lists: Map<number, Sparks> };
const known = new WeakMap<Db, Known>();

/** Those of the last snapshots up to this one. */
export function sparksOf(db: Db, snapshotId: number): Sparks {
  const version = dataVersion(db);
  let kept = known.get(db);
  if (kept === undefined || kept.version !== version)
    known.set(db, (kept = { version, lists: new Map() }));
  const found = kept.lists.get(snapshotId);
  if (found !== undefined) return found;
  const ranks = listRanksOfList(db, snapshotId, SPARK_SNAPSHOTS);
  const [count = 1] = [...ranks.values()].map((row) => row.length);
  const lines = new Map([...ranks].map(([id, row]) => [id, sparkSvg(row)]));
  const sparks = { lines, dot: sparkDot(count) };
  kept.lists.set(snapshotId, sparks);
  const [oldest] = kept.lists.keys();
  if (kept.lists.size > KEPT && oldest !== undefined) kept.lists.delete(oldest);
  return sparks;
}
