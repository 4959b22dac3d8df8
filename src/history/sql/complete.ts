// What Tab offers at the prompt. Pure.

const KEYWORDS = [
  'SELECT',
  'FROM',
  'WHERE',
  'GROUP BY',
  'ORDER BY',
  'HAVING',
  'LIMIT',
  'JOIN',
  'LEFT JOIN',
  'USING',
  'ON',
  'AND',
  'OR',
  'NOT',
  'NULL',
  'IS',
  'IN',
  'BETWEEN',
  'LIKE',
  'GLOB',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'DISTINCT',
  'WITH',
  'RECURSIVE',
  'UNION ALL',
  'VALUES',
  'EXPLAIN QUERY PLAN',
  'ASC',
  'DESC',
  'AS',
  'OVER',
  'PARTITION BY',
  'FILTER',
];
const COMMANDS = ['.help', '.queries', '.tables', '.columns', '.format', '.quit'];

/** Columns by table or view. */
export type Names = ReadonlyMap<string, readonly string[]>;

/** Names of watches, rules and products, by kind. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** The SQL for these names. Of products only those seen last, as no terminal shows more. */
export const VALUES_SQL = `SELECT 'watch', name FROM watches UNION ALL SELECT 'rule', name FROM rules
UNION ALL SELECT * FROM (SELECT 'product', name FROM products ORDER BY id DESC LIMIT 5000)`;

/**
 * The SQL for these names, a row for each column: also of people's own views, but not of inner
 * tables.
 */
export const NAMES_SQL = `SELECT m.name, c.name FROM sqlite_master m
  JOIN pragma_table_xinfo(m.name) c
WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite%'
  AND m.name NOT LIKE '!_!_%' ESCAPE '!'
ORDER BY m.type DESC, m.name, c.cid`;

/**
 * Candidates for the last word of what is typed, and that word, as node:readline wants them:
 * commands and saved queries at the beginning, tables after FROM and JOIN, and elsewhere columns
 * (of the tables named, if any) and keywords.
 */
export function complete(
  typed: string,
  names: Names,
  saved: readonly string[],
  values: Values = new Map(),
): [string[], string] {
  const open = openValue(typed);
  if (open !== null) {
    const all = open.of === null ? [...values.values()].flat() : (values.get(open.of) ?? []);
    return [
      all.filter((value) => value.toLowerCase().startsWith(open.word.toLowerCase())),
      open.word,
    ];
  }
  const word = /[\w.@-]*$/.exec(typed)?.[0] ?? '';
  const before = typed.slice(0, typed.length - word.length);
  return [
    candidates(before, names, saved).filter((candidate) =>
      candidate.toLowerCase().startsWith(word.toLowerCase()),
    ),
    word,
  ];
}

/** `… WHERE watch = 'us-d` or `@movers -p watch=us-d`: what is typed of a value, and of what kind. */
function openValue(typed: string): { of: string | null; word: string } | null {
  const [, given, word = ''] = /^\s*@[\w-]+.*\s-p\s+(\w+)='?([^'\s]*)$/.exec(typed) ?? [];
  if (given !== undefined) return { of: given, word };
  if ((typed.match(/'/g)?.length ?? 0) % 2 === 0) return null;
  const [, column, value = ''] =
    /(?:(\w+)\s*(?:=|<>|!=|LIKE|IN\s*\()\s*)?'([^']*)$/i.exec(typed) ?? [];
  const of = column?.toLowerCase() ?? null;
  return { of: of === 'watch' || of === 'rule' || of === 'product' ? of : null, word: value };
}

function candidates(before: string, names: Names, saved: readonly string[]): string[] {
  const tables = [...names.keys()];
  if (/^\s*$/.test(before))
    return [
      ...COMMANDS,
      ...saved.map((name) => `@${name}`),
      'SELECT',
      'WITH',
      'VALUES',
      'EXPLAIN QUERY PLAN',
    ];
  if (/^\s*\.columns\s+$/.test(before)) return tables;
  if (/\b(from|join)\s+$/i.test(before)) return tables;
  const named = tables.filter((table) => new RegExp(`\\b${table}\\b`, 'i').test(before));
  const columns = (named.length > 0 ? named : tables).flatMap((table) => names.get(table) ?? []);
  return [...new Set([...columns, ...tables, ...KEYWORDS])];
}
