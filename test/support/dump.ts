import Database from 'better-sqlite3';

/** Every row of every table of a file, but for those of `except`, and its whole schema. */
export function dumpFile(path: string, except: readonly string[] = []): Record<string, unknown[]> {
  const raw = new Database(path, { readonly: true });
  try {
    const tables = raw
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
      .pluck()
      .all() as string[];
    return Object.fromEntries([
      ['schema', raw.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2').all()],
      ...tables
        .filter((table) => !except.includes(table))
        .map((table) => [table, raw.prepare(`SELECT * FROM "${table}"`).raw().all()] as const),
    ]);
  } finally {
    raw.close();
  }
}
