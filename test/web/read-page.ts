// Reads a page as people do: its words, and the cells of its tables.
import { expect } from 'vitest';
import { withoutIsolates } from '../../src/lib/text.ts';
import type { WebWorld } from './web-world.ts';

/** What is read of HTML, or of a mail's text, on a wide screen. */
export const read = (html: string): string =>
  withoutIsolates(html)
    .replace(/<span class="heard">.*?<\/span>/g, '')
    // What small screens say below the name stands in cells of its own on others.
    .replace(/<div class="under">.*?<\/div>/g, '')
    .replace(/<(small|br|span class="by")/g, ' $&')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/[ \u00a0\u202f]+/g, ' ')
    .trim();

/** The cells of a table of a page, by its place among those; the last one by default. */
export async function cellsAt(web: WebWorld, path: string, place = -1): Promise<string[][]> {
  const response = await web.ask(path);
  expect(response.status).toBe(200);
  const tables = (await response.text()).split('<tbody>').slice(1);
  const body = tables.at(place)?.split('</tbody>')[0] ?? '';
  const rows = body.split('<tr>').slice(1);
  return rows.map((row) =>
    row
      .split(/<t[dh][^>]*>/)
      .slice(1)
      .map(read),
  );
}
