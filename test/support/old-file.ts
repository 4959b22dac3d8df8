// A database as an earlier version left it.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';

/** Makes a file with only the first migrations (1: the very first version), with one watch and snapshot in it. */
export function makeOldFile(path: string, migrations: number): void {
  const raw = new Database(path);
  raw.pragma('journal_mode = WAL');
  raw.pragma(`application_id = ${0x54444d4b}`);
  raw.exec(
    'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  );
  const files = readMigrationFiles({
    migrationsFolder: join(import.meta.dirname, '../../migrations'),
  });
  for (const { sql, hash, folderMillis } of files.slice(0, migrations)) {
    for (const statement of sql) raw.exec(statement);
    raw.prepare('INSERT INTO __drizzle_migrations VALUES (NULL, ?, ?)').run(hash, folderMillis);
  }
  raw.exec(`
    INSERT INTO watches VALUES (1, 'us-daily', '0 6 * * *', 'UTC', 1, 0, 0);
    INSERT INTO series VALUES (1, 1, 'keyapi.top_products_insights', 'US', 1, NULL, NULL, 500,
      '["keyapi.top_products_insights","US",1,null,null,500]', 0);
    INSERT INTO products VALUES (1, '601583', 'Perfume', 'Beauty', 'Makeup', 0);
    INSERT INTO snapshots (id, watch_id, series_id, slot_at, taken_at, status, origin, "rows", interval_ms)
      VALUES (1, 1, 1, 1767247200000, 1767247200000, 'complete', 'schedule', 1, 86400000);
    INSERT INTO observations (snapshot_id, product_id, rank, posts) VALUES (1, 1, 1, 100);
    INSERT INTO product_records VALUES (1, 1, 1767247200000, 1767247200000, 1, 1);
    INSERT INTO requests (id, watch_id, slot_at, snapshot_id, page, attempt, started_at, credits)
      VALUES (1, 1, 1767247200000, 1, 1, 1, 1767247200000, 2);
  `);
  raw.close();
}
