// Which list a series is of.
import type { ListQuery } from '../../config/config.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { shippedList } from '../../list/shipped.ts';
import { readList } from '../../list/written.ts';
import type { Db } from '../file/open.ts';

type Row = { source: string; parameters: string; depth: number };

/** What a series asks for; of one that is known to exist. */
export function getQuery(db: Db, seriesId: number): ListQuery {
  const row = db
    .statement('SELECT source, parameters, depth FROM series WHERE id = ?')
    .get(seriesId) as Row | undefined;
  if (row === undefined) throw new Error(`no series ${seriesId}`);
  const { source, parameters, depth } = row;
  return { list: getList(db, source), asked: JSON.parse(parameters) as ListQuery['asked'], depth };
}

/** The list of a series that is known to exist. */
export const listOf = (db: Db, seriesId: number): ListKind => getQuery(db, seriesId).list;

/**
 * The list that the series of a source name: one that comes with the program, or as it was declared
 * when a watch last used it.
 */
export function getList(db: Db, source: string): ListKind {
  const shipped = shippedList(source);
  if (shipped !== undefined) return shipped;
  const declaration = db
    .statement('SELECT declaration FROM lists WHERE source = ?')
    .pluck()
    .get(source) as string | undefined;
  if (declaration === undefined) throw new Error(`no list of ${source}`);
  return readList(JSON.parse(declaration));
}
