// A history, its lake, and a config by which the old part of the history goes into the lake alone.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Config, LakeConfig } from '../../../src/config/config.ts';
import { verifyPart, type MonthState } from '../../../src/history/lake/verify-part.ts';
import { openLake } from '../../../src/history/lake/open-lake.ts';
import { lakeParts, syncLake } from '../../../src/history/lake/sync.ts';
import { thinToLake, type LakeThinning } from '../../../src/history/lake/thin.ts';
import { DAY_MS } from '../../../src/lib/clock.ts';
import { saveConfirmed, type MonthProof } from '../../../src/store/lake/confirmed.ts';
import type { HistoryFile } from '../../support/history-file.ts';
import { dayAt } from '../../support/world.ts';

export const lakeAt = (file: HistoryFile, name = 'lake'): LakeConfig => ({
  schedule: null,
  timezone: 'UTC',
  to: { kind: 'folder', path: join(file.folder, name) },
  views: ['history', 'changes', 'alerts'],
  keepMs: 7 * DAY_MS,
  allowPrivate: true,
});

const RETENTION: Config['retention'] = {
  rawPagesMs: null,
  observationsMs: 60 * DAY_MS,
  then: 'lake',
  messagesMs: null,
  ledgerMs: null,
};

/** What a thinning is told, as of a day. */
export function thin(
  file: HistoryFile,
  day: number,
  { lake = lakeAt(file), dryRun = false, allMs = RETENTION.observationsMs } = {},
): Promise<LakeThinning | null> {
  const { clock, config } = file.world;
  return thinToLake(
    { ...config, database: file.path, lake, retention: { ...RETENTION, observationsMs: allMs } },
    {
      clock: { ...clock, now: () => dayAt(day) },
      dryRun,
      signal: new AbortController().signal,
    },
  );
}

/** Rows written, by table. */
export async function sync(file: HistoryFile, lake = lakeAt(file)): Promise<[string, number][]> {
  const { clock } = file.world;
  const place = await openLake(lake, file.path, clock, true);
  const db = new Database(file.path, { readonly: true });
  try {
    const parts = await syncLake(db, place, lake, clock, {
      signal: new AbortController().signal,
      onPart: () => {},
    });
    return parts.map(({ table, rows }) => [table, rows]);
  } finally {
    db.close();
    place.close();
  }
}

/** Every month, as `lake verify` finds it; what is the same is written down. */
export async function verify(file: HistoryFile, lake = lakeAt(file)): Promise<MonthState[]> {
  const { clock } = file.world;
  const place = await openLake(lake, file.path, clock, false);
  const db = new Database(file.path, { readonly: true });
  const months: MonthState[] = [];
  const proofs: MonthProof[] = [];
  try {
    for (const part of lakeParts(db, lake))
      await verifyPart(db, place, part, clock, (month, proof) => {
        months.push(month);
        if (proof !== null) proofs.push(proof);
      });
  } finally {
    db.close();
    place.close();
  }
  saveConfirmed(file.world.db, proofs, clock.now());
  return months;
}

/** The days that the database has a snapshot of. */
export const days = ({ world }: HistoryFile): number[] =>
  world.db.raw
    .prepare<[], number>('SELECT slot_at FROM snapshots ORDER BY 1')
    .pluck()
    .all()
    .map((slotAt) => Math.floor((slotAt - dayAt(0)) / DAY_MS));
