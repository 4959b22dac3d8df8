import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';

const DAYS = 60;
const CHILD = join(import.meta.dirname, 'support/pass-child.ts');
const folder = mkdtempSync(join(tmpdir(), 'tidemark-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the child, and kills it that long after it began its first pass; null lets it finish. */
function live(path: string, killAfterMs: number | null): Promise<{ isKilled: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, path, String(DAYS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (killAfterMs !== null && out.startsWith('ready') && timer === undefined)
        timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve({ isKilled: true });
      else if (code === 0 && out.includes('done')) resolve({ isKilled: false });
      else reject(new Error(`the child ended with ${code ?? signal}`));
    });
  });
}

/** What was decided and what is to be sent, without row ids of the ledger. */
function decisions(path: string) {
  const raw = new Database(path, { readonly: true });
  const all = (sql: string) => raw.prepare(sql).all();
  const rows = {
    snapshots: all('SELECT slot_at, status, reason, "rows" FROM snapshots ORDER BY slot_at'),
    alerts: all(
      'SELECT alert_id, rule, product_id, slot_at, quiet, told_slot_at, resolved_slot_at, rank, rank_before FROM alert_log ORDER BY alert_id',
    ),
    states: all('SELECT * FROM rule_states ORDER BY 1, 2, 3'),
    notifications: all('SELECT key, type FROM notifications ORDER BY id'),
    told: all('SELECT * FROM notification_alerts ORDER BY 1, 2'),
    deliveries: all('SELECT message_id, state FROM deliveries ORDER BY id'),
    observations: all(
      'SELECT count(*) AS n, sum(rank_best) AS best, sum(streak) AS streak FROM observations',
    ),
    integrity: all('PRAGMA integrity_check'),
  };
  raw.close();
  return rows;
}

// Up to 27 processes, each with sixty passes to take: 63 s on an idle machine.
test(
  'a process killed at random moments of a pass loses no alert, and creates none twice',
  { timeout: 240_000 },
  async () => {
    const calm = join(folder, 'calm.db');
    await live(calm, null);
    const killed = join(folder, 'killed.db');
    // Pseudo-random, so that a failure can be repeated: from at once to several passes later.
    let kills = 0;
    for (let seed = 1; kills < 25; seed++) {
      const { isKilled } = await live(killed, (seed * 7919) % 97);
      if (!isKilled) break;
      kills += 1;
    }
    await live(killed, null);
    expect(kills).toBeGreaterThanOrEqual(12);
    const expected = decisions(calm);
    expect(expected.alerts.length).toBeGreaterThan(100);
    expect(decisions(killed)).toEqual(expected);
  },
);
