// What the bytes of a real file are for: 95 days of the demo, with its rules, mails, webhooks and digests. Bytes per
// observation, first of raw pages, then of what stays once these and the bytes of sent messages are forgotten, as the
// upkeep of a day leaves it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readSpace, type Space } from '../../src/store/reading/space.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const AIM_RAW_PAGES = 100;
const AIM_STAYS = 130;

export function benchFile(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-file-'));
  try {
    const tidemark = (...args: string[]) =>
      execFileSync(process.execPath, [CLI, ...args], { cwd: folder, stdio: 'ignore' });
    tidemark('demo', '--dir', 'demo', '--days', '95');
    tidemark('prune', '--config', 'demo/tidemark.yaml');
    const path = join(folder, 'demo', 'tidemark.db');
    const db = new Database(path);
    try {
      const whole = readSpace(db);
      // Of the last 30 days: older ones are forgotten.
      const served = db
        .prepare<[], number>(
          'SELECT sum("rows") FROM snapshots WHERE id IN (SELECT snapshot_id FROM raw_pages)',
        )
        .pluck()
        .get() as number;
      const rawPages = bytesOf(whole, 'raw pages') / served;
      report(`raw pages of ${served} observations of the demo`, rawPages, AIM_RAW_PAGES);
      db.exec('DELETE FROM raw_pages; UPDATE deliveries SET payload = NULL; VACUUM');
      const rest = readSpace(db);
      const stays = rest.uses.reduce((sum, { bytes }) => sum + bytes, 0) / rest.observations;
      report(`all that stays of ${rest.observations} observations`, stays, AIM_STAYS);
      for (const { use, bytes } of rest.uses)
        process.stdout.write(`  ${use}: ${(bytes / rest.observations).toFixed(1)}\n`);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return Promise.resolve();
}

const bytesOf = ({ uses }: Space, wanted: string): number =>
  uses.find(({ use }) => use === wanted)?.bytes ?? 0;

const report = (what: string, bytes: number, aim: number): boolean =>
  process.stdout.write(
    `${what}: ${bytes.toFixed(1)} bytes per observation, aim at most ${aim}${bytes <= aim ? '' : '  MISSED'}\n`,
  );
