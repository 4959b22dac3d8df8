// Saved queries: SQL with a leading comment, of either kind, that says what it answers and which
// parameters it takes.
//
//   -- Climbers and fallers against the snapshot before
//   -- :watch        name of the watch
//   -- :limit = 20   how many rows
//   SELECT …
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { truncate } from '../../lib/text.ts';
import { PARAMETER_NAME, readValue } from './parameters.ts';
import { SHIPPED_QUERIES } from './shipped.ts';
import type { SqlValue } from '../../lib/sql-value.ts';

export type SavedParameter = {
  name: string;
  /** undefined: it must be given. */ fallback: SqlValue | undefined;
  description: string;
};

export type SavedQuery = {
  name: string;
  title: string;
  parameters: SavedParameter[];
  sql: string;
  /** Path of the user's own; null for one that is shipped. */
  path: string | null;
};

const PARAMETER = new RegExp(
  `^:(${PARAMETER_NAME})(?:\\s*=\\s*('(?:[^']|'')*'|\\S+))?(?:\\s+(.*))?$`,
);

/**
 * One after the other from the beginning; the second kind over several lines, which may begin with
 * a star.
 */
const COMMENT = /\s*(?:--([^\n]*)|\/\*([^]*?)\*\/)/gy;

/** Reads a query's leading comment; the rest of the text is up to SQLite. */
export function parseSaved(name: string, sql: string, path: string | null): SavedQuery {
  const comments = [...sql.matchAll(COMMENT)]
    .flatMap(([, line, block = '']) => line ?? block.split('\n'))
    .map((line) => line.replace(/^[\s*]+|[\s*]+$/g, ''))
    .filter((line) => line !== '');
  const parameters: SavedParameter[] = [];
  const titles: string[] = [];
  for (const comment of comments) {
    const [, parameter, fallback, description = ''] = PARAMETER.exec(comment) ?? [];
    if (parameter === undefined) titles.push(comment);
    else
      parameters.push({
        name: parameter,
        fallback: fallback === undefined ? undefined : readValue(fallback),
        description,
      });
  }
  return { name, title: truncate(titles[0] ?? '', 200), parameters, sql, path };
}

/**
 * The shipped queries and those in `folder` (`NAME.sql`), by name; the user's own come before
 * shipped ones of the same name.
 */
export function listSaved(folder: string): SavedQuery[] {
  const queries = new Map(
    SHIPPED_QUERIES.map(({ name, sql }) => [name, parseSaved(name, sql, null)]),
  );
  for (const name of namesIn(folder)) {
    const path = join(folder, `${name}.sql`);
    const sql = readQuery(path);
    if (sql !== null) queries.set(name, parseSaved(name, sql, path));
  }
  return [...queries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Only names that can be asked for: other files, such as the lock files of editors, are no queries.
 */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((file) => /^([\w-]+)\.sql$/.exec(file)?.[1] ?? []);
  } catch {
    // There is none, or it is no folder.
    return [];
  }
}

/** Null for a file that cannot be read: it must not keep the others from being asked. */
function readQuery(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch {
    return null;
  }
}

/** @throws AppError `not_found` with the nearest name. */
export function getSaved(folder: string, name: string): SavedQuery {
  const queries = listSaved(folder);
  const query = queries.find((candidate) => candidate.name === name);
  if (query !== undefined) return query;
  const meant = nearest(
    name,
    queries.map((candidate) => candidate.name),
  );
  throw new AppError('not_found', `there is no saved query ${JSON.stringify(name)}`, {
    hint: meant === undefined ? '`tidemark sql --list` shows all' : `did you mean @${meant}?`,
  });
}

/**
 * The values for the parameters a query asks for. `names`: what a missing one may be, if known.
 * @throws AppError `usage` when one is missing, or given and not asked for.
 */
export function bindParameters(
  asked: readonly string[],
  given: Readonly<Record<string, SqlValue>>,
  saved: SavedQuery | null,
  names: ReadonlyMap<string, readonly string[]> = new Map(),
): Record<string, SqlValue> {
  const unknown = Object.keys(given).find((name) => !asked.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, asked);
    const known =
      asked.length === 0
        ? 'it takes none'
        : `it takes ${asked.map((name) => `:${name}`).join(', ')}`;
    throw new AppError('usage', `the query has no parameter :${unknown}`, {
      hint: meant === undefined ? known : `did you mean ${meant}?`,
    });
  }
  const fallbacks = new Map(
    saved?.parameters.flatMap(({ name, fallback }) =>
      fallback === undefined ? [] : [[name, fallback]],
    ),
  );
  const values = Object.fromEntries(
    asked.map((name) => [name, Object.hasOwn(given, name) ? given[name] : fallbacks.get(name)]),
  );
  const missing = asked.filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    const describe = (name: string) =>
      saved?.parameters.find((parameter) => parameter.name === name)?.description ?? '';
    throw new AppError('usage', `the query needs ${missing.map((name) => `:${name}`).join(', ')}`, {
      hint: missing
        .flatMap((name) => [
          `-p ${name}=…${describe(name) === '' ? '' : `  ${describe(name)}`}`,
          ...(names.get(name)?.length ? [`there is: ${names.get(name)?.join(', ')}`] : []),
        ])
        .join('\n'),
    });
  }
  return values as Record<string, SqlValue>;
}
