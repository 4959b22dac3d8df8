// What the bytes of a file are used for.
import { bytesOfMaps, readRoom } from '../file/free-room.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import { listTables } from '../series/list-tables.ts';

/** What a table holds, in words for people. */
export type SpaceUse =
  | 'observations'
  | 'products'
  | 'snapshots'
  | 'alerts'
  | 'messages'
  | 'raw pages'
  | 'ledger'
  | 'other'
  | 'free';

/** By table, its indexes with it; `other` is every table that is not named here. */
const USES: Readonly<Record<string, SpaceUse>> = {
  products: 'products',
  product_records: 'products',
  snapshots: 'snapshots',
  judgements: 'snapshots',
  recent_values: 'snapshots',
  alerts: 'alerts',
  evidence_texts: 'alerts',
  rule_states: 'alerts',
  notifications: 'messages',
  notification_alerts: 'messages',
  deliveries: 'messages',
  attempts: 'messages',
  digests: 'messages',
  raw_pages: 'raw pages',
  requests: 'ledger',
};

export type Space = {
  /** Bytes by use, the most first; of a use without any there is no entry. */
  uses: { use: SpaceUse; bytes: number }[];
  /** Rows in the tables of observations of all lists. */
  observations: number;
};

/** Reads every page of the file: some seconds per GB. Pages of the log count as well. */
export function readSpace(raw: ReadOnlyDb): Space {
  const ofLists = listTables(raw);
  const tables = raw
    .prepare<[], { tbl: string; bytes: number }>(
      `SELECT coalesce(m.tbl_name, d.name) AS tbl, sum(d.pgsize) AS bytes
      FROM dbstat d LEFT JOIN sqlite_master m ON m.name = d.name
      WHERE d.aggregate = TRUE GROUP BY 1`,
    )
    .all();
  const bytesOf = new Map<SpaceUse, number>();
  const add = (use: SpaceUse, bytes: number): void => {
    if (bytes > 0) bytesOf.set(use, (bytesOf.get(use) ?? 0) + bytes);
  };
  for (const { tbl, bytes } of tables)
    add(ofLists.includes(tbl) ? 'observations' : (USES[tbl] ?? 'other'), bytes);
  add('free', readRoom(raw).free);
  add('other', bytesOfMaps(raw));
  const rows = ofLists.map((table) => `(SELECT count(*) FROM ${table})`).join(' + ') || '0';
  return {
    uses: [...bytesOf].map(([use, bytes]) => ({ use, bytes })).sort((a, b) => b.bytes - a.bytes),
    observations: raw.prepare<[], number>(`SELECT ${rows}`).pluck().get() ?? 0,
  };
}
