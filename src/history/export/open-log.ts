// Opens the log of an export: reads it, begins one, or begins one from a folder written before
// there were logs.
import { randomUUID } from 'node:crypto';
import { AppError, messageOf } from '../../lib/errors.ts';
import { commitLog, readLog } from './log.ts';
import {
  encodePath,
  type Action,
  type Add,
  type LogState,
  type MetaData,
  type Partition,
} from './log-state.ts';
import { deltaSchema, lakeTable, PARTITION_COLUMNS } from '../lake/layout.ts';
import { formatKeep, KEEP } from './keep.ts';
import { readUnits } from './read-rows.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import { logFolder, partitionFolder, type Target } from './target.ts';
import { formatUnits, UNITS_TAG } from './units.ts';
import type { UnitState } from '../../store/export/unit.ts';

/** The log with a first version, and the columns of today. */
export async function openLog(target: Target): Promise<LogState> {
  const { store } = target;
  const folder = logFolder(target);
  for (;;) {
    const state = await readLog(store, folder);
    const metaData = metaDataOf(target, state.metaData);
    if (isSame(state.metaData, metaData)) return state;
    const actions: Action[] = [commitInfo(target, 'CREATE TABLE')];
    if (state.version === -1) {
      const found = await carryOver(target).catch(async (thrown: unknown) => {
        // Another export may have carried the folder over in the meantime: then its files are
        // elsewhere.
        if ((await readLog(store, folder)).version === -1) throw thrown;
        return null;
      });
      if (found === null) continue;
      actions.push({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData });
      actions.push(...found.map((add) => ({ add })));
    } else actions.push({ metaData });
    const next = await commitLog(store, folder, state, actions);
    // Null: another export was faster, and its version is read now.
    if (next !== null) return next;
  }
}

function isSame(before: MetaData | null, now: MetaData): boolean {
  return (
    before?.schemaString === now.schemaString &&
    JSON.stringify(before.configuration) === JSON.stringify(now.configuration)
  );
}

/** Who wrote a version of the log, and when. */
export const commitInfo = ({ now }: Target, operation: string): Action => ({
  commitInfo: { timestamp: now(), operation, engineInfo: 'tidemark', txnId: randomUUID() },
});

function metaDataOf({ selection, format, now, keepMs }: Target, before: MetaData | null): MetaData {
  return {
    id: before?.id ?? randomUUID(),
    format: { provider: format, options: {} },
    schemaString: deltaSchema(lakeTable(selection.view, selection.list, format).columns),
    partitionColumns: PARTITION_COLUMNS,
    configuration: keepMs === null ? (before?.configuration ?? {}) : { [KEEP]: formatKeep(keepMs) },
    createdTime: before?.createdTime ?? now(),
  };
}

/** The list of files that were written when there was only one list. */
const OLD_LIST = DEFAULT_LIST.name;
const OLD_FILE = /^(?:list=[^/]+\/)?watch=([^/]+)\/month=(\d{4}-\d\d)\/(data(?:-[^/]*)?\.(\w+))$/;

/**
 * Files that were written before there was a log, each moved to its place and read once: what it
 * holds is known from its rows, whatever its manifest says. Their digests are not known, so that
 * all that the database has is written anew.
 */
async function carryOver(target: Target): Promise<Add[]> {
  const { store, format, columns } = target;
  const adds: Add[] = [];
  for (const { name, size, modifiedAt } of await store.list('')) {
    const [, watch, month, base, extension] = OLD_FILE.exec(name) ?? [];
    if (watch === undefined || month === undefined || extension !== format) continue;
    const partition: Partition = { list: OLD_LIST, watch, month };
    const units = new Map<string, UnitState>();
    const baseline = columns.findIndex((column) => column.name === 'baseline_at');
    let rows = 0;
    try {
      const bytes = (await store.get(name)) ?? Buffer.alloc(0);
      for await (const unit of readUnits(bytes, format, columns, { watch })) {
        const deps = unit.rows.map((row) => row[baseline] ?? null).filter((at) => at !== null);
        units.set(unit.key, { digest: '', deps: [...new Set(deps.map(String))] });
        rows += unit.rows.length;
      }
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw new AppError(
        'file_unusable',
        `cannot read ${store.describe(name)}: ${messageOf(thrown)}`,
        {
          hint:
            'nothing was changed. It may hold what the database has no more: ' +
            'put it back from a copy, or move it away',
          cause: thrown,
        },
      );
    }
    const place = `${partitionFolder(partition)}/${base}`;
    adds.push(makeAdd(place, partition, units, countStats(rows), size, modifiedAt));
  }
  // All of them could be read: now they move.
  for (const { name } of await store.list('')) {
    const [, watch = '', month = '', base, extension] = OLD_FILE.exec(name) ?? [];
    const place = `${partitionFolder({ list: OLD_LIST, watch, month })}/${base}`;
    if (extension === format && name !== place) await store.move(name, place);
  }
  return adds;
}

/** Statistics that say how many rows a file has, and nothing else. */
export const countStats = (rows: number): string => JSON.stringify({ numRecords: rows });

/**
 * The action that makes a file part of an export; `stats` as Delta has them. `tags`: what else is
 * known of a file that was just written.
 */
export const makeAdd = (
  path: string,
  partition: Partition,
  units: ReadonlyMap<string, UnitState>,
  stats: string,
  size: number,
  modifiedAt: number,
  tags: Record<string, string> = {},
): Add => ({
  path: encodePath(path),
  partitionValues: partition,
  size,
  modificationTime: Math.round(modifiedAt),
  dataChange: true,
  stats,
  tags: { [UNITS_TAG]: formatUnits(units), ...tags },
});
