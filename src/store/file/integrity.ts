// Whether a file holds what it should. Only reads; some of it reads every page.
import { SqliteError } from 'better-sqlite3';
import { plural } from '../../lib/text.ts';
import type { ReadOnlyDb } from './open-readonly.ts';
import { listTables } from '../series/list-tables.ts';

/** How many findings of one kind are told at most. */
const MAX_TOLD = 5;

/** What is broken, in words; empty when the file is sound. Takes seconds per GB. */
export function findDamage(raw: ReadOnlyDb): string[] {
  const pages = findBrokenPages(raw);
  return pages.length > 0 ? pages : [...findOrphans(raw), ...findIncomplete(raw)];
}

/** What SQLite throws when it meets a damaged file, in words; null for any other failure. */
export function sayDamage(thrown: unknown): string | null {
  const isDamage =
    thrown instanceof SqliteError && /^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(thrown.code);
  return isDamage ? `the file is damaged: ${thrown.message}` : null;
}

/**
 * Pages, cells and constraints, but not whether each index agrees with its table: that takes many
 * times longer.
 */
export function findBrokenPages(raw: ReadOnlyDb): string[] {
  try {
    const lines = (raw.pragma(`quick_check(${MAX_TOLD})`) as { quick_check: string }[]).map(
      (row) => row.quick_check,
    );
    return lines.length === 1 && lines[0] === 'ok'
      ? []
      : lines.map((line) => `the file is damaged: ${line}`);
  } catch (thrown) {
    const damage = sayDamage(thrown);
    if (damage === null) throw thrown;
    return [damage];
  }
}

/** Rows that name others which do not exist. */
export function findOrphans(raw: ReadOnlyDb): string[] {
  const orphans = raw.pragma('foreign_key_check') as { table: string; parent: string }[];
  const counts = new Map<string, number>();
  for (const { table, parent } of orphans)
    counts.set(`${table} → ${parent}`, (counts.get(`${table} → ${parent}`) ?? 0) + 1);
  return [...counts].map(
    ([reference, count]) => `${plural(count, 'reference')} to rows that do not exist, ${reference}`,
  );
}

/** How many observations snapshot `s` has, in the tables of all lists: in one of them. */
const countRowsSql = (raw: ReadOnlyDb): string =>
  listTables(raw)
    .map((table) => `(SELECT count(*) FROM ${table} o WHERE o.snapshot_id = s.id)`)
    .join(' + ');

/** Snapshots with other than the rows they were stored with. */
export function findIncomplete(raw: ReadOnlyDb): string[] {
  const incomplete = raw
    .prepare<[number], { id: number; rows: number; found: number }>(
      `
    SELECT s.id, s."rows", ${countRowsSql(raw)} AS found FROM snapshots s WHERE s."rows" <> found LIMIT ?`,
    )
    .all(MAX_TOLD);
  return incomplete.map(
    ({ id, rows, found }) => `snapshot ${id} has ${found} of its ${rows} observations`,
  );
}
