// What speaks against thinning a list at all.
import { plural } from '../../lib/text.ts';
import { listEveryWatch } from '../../store/export/selection.ts';
import { newestConfirmed } from '../../store/lake/confirmed.ts';
import { leftHashes } from '../../store/lake/left.ts';
import type { LogState } from '../export/log-state.ts';
import type { Target } from '../export/target.ts';
import type { LakePart } from './sync.ts';
import type { ThinDeps } from './thin-deps.ts';

/** Why nothing of the list may leave; null when nothing speaks against it. */
export async function doubtOf(
  { reader, place }: ThinDeps,
  { table, selection }: LakePart,
  { store }: Target,
  log: LogState,
): Promise<string | null> {
  const { list } = selection;
  if (log.metaData === null) return `${place.text} has no ${table} yet`;
  const before = newestConfirmed(reader, { place: place.text, folder: table });
  if (before !== null && before.tableId === log.metaData.id && before.version > log.version)
    return `${table} of ${place.text} is at version ${log.version}, and was verified at ${before.version}: it was put back from a copy`;
  const sizes = new Map((await store.list('')).map(({ name, size }) => [name, size]));
  const own = [...log.files.values()].filter(({ partition }) => partition.list === list.name);
  const gone = own.find(({ path, size }) => sizes.get(path) !== size);
  if (gone !== undefined) return `${store.describe(gone.path)} is gone, or not as it was written`;
  const there = new Set(
    own.flatMap(({ partition: { watch }, units }) => [...units.keys()].map((k) => `${watch} ${k}`)),
  );
  const lost = listEveryWatch(reader).flatMap((watch) =>
    [...leftHashes(reader, watch, list).keys()].filter((slot) => !there.has(`${watch} ${slot}`)),
  );
  return lost.length === 0
    ? null
    : `${place.text} lacks ${plural(lost.length, 'snapshot')} that left the database before`;
}
