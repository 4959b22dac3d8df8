// What work costs by SQLite's own counters, which better-sqlite3 does not show: an extension in C, compiled when it is needed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Db } from '../../src/store/file/open.ts';

const COMPILER = '/usr/bin/cc';

/** What the connection has done; `count-work.c` says what each counts. */
export type Work = {
  statements: number;
  commits: number;
  steps: number;
  scanned: number;
  read: number;
  syncs: number;
};

/** Is there a compiler? Where there is none, one line says what is left out; where it must be, this throws. */
export function hasCompiler(): boolean {
  if (existsSync(COMPILER)) return true;
  const said =
    'no C compiler: rows read and waits for the disk are not counted (apt-get install g++)';
  if (process.env['COUNT_TESTS'] === 'required') throw new Error(said);
  process.stderr.write(`${said}\n`);
  return false;
}

/** Counts on this connection, from now on: of one connection of the process alone. Each call returns what was done since the last. */
export function countWork({ raw }: Db): () => Work {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-count-work-'));
  try {
    const extension = join(folder, 'count-work.so');
    const sqlite = dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'));
    execFileSync(COMPILER, [
      ...['-O1', '-fPIC', '-shared', '-I', join(sqlite, 'deps/sqlite3'), '-o', extension],
      join(import.meta.dirname, 'count-work.c'),
    ]);
    raw.loadExtension(extension);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const counts = raw.prepare('SELECT work_counts()').pluck();
  const since = () => JSON.parse(counts.get() as string) as Work;
  since();
  return since;
}
