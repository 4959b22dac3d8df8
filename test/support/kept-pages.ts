// Raw pages as anybody would read them out of a file.
import type Database from 'better-sqlite3';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

type Row = { page: number; taken_at: number; pages: string | null; body: Buffer };
export type KeptPage = { page: number; takenAt: number; body: string };

/** All pages of a file, by snapshot and page; those of earlier versions are a row each, gzipped. */
export const keptPages = (raw: Database.Database): KeptPage[] =>
  raw
    .prepare<[], Row>(
      'SELECT page, taken_at, pages, body FROM raw_pages ORDER BY snapshot_id, page',
    )
    .all()
    .flatMap(pagesOf);

function pagesOf({ page, taken_at: takenAt, pages, body }: Row): KeptPage[] {
  if (pages === null) return [{ page, takenAt, body: String(gunzipSync(body)) }];
  const whole = brotliDecompressSync(body);
  let from = 0;
  return (JSON.parse(pages) as [number, number, number][]).map(([number, at, bytes]) => {
    const part = whole.subarray(from, (from += bytes));
    return { page: number, takenAt: at, body: String(part) };
  });
}
