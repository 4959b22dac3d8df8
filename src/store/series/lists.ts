// What a series asked for.
import type { ListQuery } from '../../config/config.ts';
import { shippedList } from '../../list/shipped.ts';
import type { Db } from '../file/open.ts';

type Row = {
  source: string;
  region: string;
  time_scope: number;
  category: string | null;
  keyword: string | null;
  depth: number;
};

/** What a series asks for, of a list that comes with the program. Throws where there is no such. */
export function getQuery(db: Db, seriesId: number): ListQuery {
  const row = db
    .statement(
      'SELECT source, region, time_scope, category, keyword, depth FROM series WHERE id = ?',
    )
    .get(seriesId) as Row | undefined;
  if (row === undefined) throw new Error(`no series ${seriesId}`);
  const { source, depth, ...asked } = row;
  const list = shippedList(source);
  if (list === undefined) throw new Error(`no list of ${source}`);
  return { list, asked, depth };
}
