// One month of a watch, written into a new file from the database and from the files that it
// replaces.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { syncFile } from '../../lib/sync-file.ts';
import type { SqlRow } from '../../lib/sql-value.ts';
import { deltaStats } from '../lake/stats.ts';
import { sayFailure } from './file-store.ts';
import { formatGroups, GROUPS_TAG } from './groups.ts';
import type { Add, LogFile, Partition } from './log-state.ts';
import { countStats, makeAdd } from './open-log.ts';
import type { Part } from './plan.ts';
import { readUnits } from './read-rows.ts';
import { openBase } from './take-over.ts';
import { LAYOUT, newFileName, partitionFolder, type Target } from './target.ts';
import type { ColumnBatch } from '../../store/export/named-columns.ts';
import type { UnitSource } from '../../store/export/unit-source.ts';
import { getWhole, SHA256_TAG, sha256Tag } from './whole-file.ts';
import { writeFile } from './write-file.ts';

/** A change of one month that is not committed yet. */
export type Pending = {
  partition: Partition;
  /**
   * The files that this was decided on. If another export changed them in the meantime, it must be
   * decided again.
   */
  base: readonly string[];
  removes: readonly string[];
  /** The new file, and where it lies until then; null when nothing is left of the month. */
  file: { add: Add; name: string; localPath: string } | null;
  rows: number;
};

/** An earlier file that cannot be read: its month must stay as it is. */
export class UnreadableFile extends Error {}

/**
 * Writes the file, on the disk when this returns. @throws UnreadableFile; AppError `file_unusable`
 * when it cannot be written.
 */
export async function writeMonth(
  source: UnitSource,
  target: Target,
  partition: Partition,
  parts: readonly Part[],
  files: readonly LogFile[],
  now: number,
): Promise<NonNullable<Pending['file']> & { rows: number }> {
  const { format, columns, scratch, store } = target;
  const name = newFileName(
    target,
    partition,
    files.map(({ path }) => path),
  );
  const localPath = join(scratch, name.slice(partitionFolder(partition).length + 1));
  const constants = Object.entries(partition)
    .filter(([column]) => !columns.some((known) => known.name === column))
    .map(([column, value]) => ({ name: column, value }));
  try {
    const base = await openBase(target, constants, parts, files);
    const rest = base === null ? parts : parts.slice(base.units);
    const batches = rowsOf(source, target, partition, rest, files);
    const before = base?.taken ?? null;
    const written = await writeFile(localPath, format, columns, constants, batches, before);
    const taken = base?.groups ?? [];
    const rows = taken.reduce((sum, group) => sum + group.rows, written.rows);
    syncFile(localPath);
    const units = new Map(parts.map(({ key, digest, deps }) => [key, { digest, deps }]));
    const stats = format === 'parquet' ? deltaStats(localPath) : countStats(rows);
    const add = makeAdd(name, partition, units, stats, statSync(localPath).size, now, {
      [SHA256_TAG]: sha256Tag(localPath),
      ...(written.groups !== null && {
        [GROUPS_TAG]: formatGroups(LAYOUT, {
          groups: [...taken, ...written.groups],
          isGrown: base !== null,
        }),
      }),
    });
    return { add, name, localPath, rows };
  } catch (thrown) {
    throw sayFailure(thrown, store.describe(name), 'write');
  }
}

/** Unit by unit, in the order of the file. */
async function* rowsOf(
  source: UnitSource,
  target: Target,
  { watch }: Partition,
  parts: readonly Part[],
  files: readonly LogFile[],
): AsyncGenerator<readonly SqlRow[] | ColumnBatch> {
  const cursors = new Map(
    files.map((file) => {
      const { path } = file;
      const wanted = parts.filter((part) => 'path' in part && part.path === path);
      return [path, openCursor(target, file, watch, new Set(wanted.map(({ key }) => key)))];
    }),
  );
  for (const part of parts)
    yield 'id' in part
      ? source.rowsOf(part.id)
      : ((await cursors.get(part.path)?.(part.key)) ?? []);
}

/** Takes wanted units out of a file, whatever their order in it. */
function openCursor(
  { store, format, columns }: Target,
  file: LogFile,
  watch: string,
  wanted: ReadonlySet<string>,
): (key: string) => Promise<readonly SqlRow[]> {
  const passed = new Map<string, SqlRow[]>();
  let units: ReturnType<typeof readUnits> | null = null;
  return async (key) => {
    try {
      if (units === null) {
        const { bytes } = await getWhole(store, file);
        units = readUnits(bytes, format, columns, { watch });
      }
      while (!passed.has(key)) {
        const next = await units.next();
        if (next.done === true) throw new Error(`it has no rows of ${key}`);
        const { key: found, rows } = next.value;
        if (wanted.has(found)) passed.set(found, [...(passed.get(found) ?? []), ...rows]);
      }
    } catch (thrown) {
      throw new UnreadableFile(`${store.describe(file.path)}: ${String(thrown)}`);
    }
    const rows = passed.get(key) ?? [];
    passed.delete(key);
    return rows;
  };
}
