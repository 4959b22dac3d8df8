// How the SQL of each engine says what the views of the lake need.
import type { ExportColumn, ExportKind } from '../export/views.ts';
import type { ChangeColumn } from '../../change/column.ts';

export const ENGINES = ['clickhouse', 'duckdb', 'spark', 'trino'] as const;
export type Engine = (typeof ENGINES)[number];

/** `log`: as the Delta table that the folder is. `folders`: by the names of its files alone. */
export const READ_BY = ['log', 'folders'] as const;
export type ReadBy = (typeof READ_BY)[number];

/** A table of the lake: where its files are, and what they hold. */
export type EngineTable = { folder: string; columns: readonly ExportColumn[] };

export type Dialect = {
  /** A name, so that no key word of the engine is in its way. */
  name: (name: string) => string;
  /** A timestamp as epoch milliseconds. */
  millis: (sql: string) => string;
  /** Epoch milliseconds as ISO-8601 UTC text, as in the views of SQLite. */
  iso: (sql: string) => string;
  /** The name of a function that rounds halves away from zero, as SQLite does. */
  round: string;
  types: Record<ChangeColumn['type'], string>;
  /** What follows the query of a view, where NULL needs help. */
  end: string;
  /** What comes before the views. */
  prelude: (root: string, tables: readonly EngineTable[], by: ReadBy) => string[];
  /** The rows of a table, as an item of FROM without its alias. */
  rows: (root: string, table: EngineTable, by: ReadBy) => string;
  /** How the engine can read; the first is what it does unless it is told. */
  readsBy: readonly [ReadBy, ...ReadBy[]];
};

/** A text of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const doubleQuoted = (name: string): string => `"${name}"`;
const filesOf = (root: string, { folder }: EngineTable): string => `${root}/${folder}`;
/** Data files alone: the log beside them has Parquet files of its own, its checkpoints. */
const dataFilesOf = (root: string, table: EngineTable): string =>
  `${filesOf(root, table)}/list=*/*/*/*.parquet`;
const globOf = (root: string, table: EngineTable): string => quoted(dataFilesOf(root, table));

const CLICKHOUSE_TYPES: Record<ExportKind, string> = {
  text: 'Nullable(String)',
  int32: 'Nullable(Int32)',
  int64: 'Nullable(Int64)',
  double: 'Nullable(Float64)',
  time: "Nullable(DateTime64(6, 'UTC'))",
};

const isRemote = (root: string): boolean => /^\w+:\/\//.test(root);

/** The keys of a store are in a named collection, so that no view shows them. */
const CLICKHOUSE_KEYS = 'tidemark_lake';

/** ClickHouse takes a text of SQL with backslashes for escapes. */
const clickhouseText = (text: string): string => quoted(text.replaceAll('\\', '\\\\'));

/** 2 ** 52: a double of this size has no fraction, and a half added to it is lost or makes it odd. */
const WHOLE_FROM = 4_503_599_627_370_496;

const CLICKHOUSE: Dialect = {
  name: doubleQuoted,
  millis: (sql) => `toUnixTimestamp64Milli(${sql})`,
  iso: (sql) =>
    `concat(replaceOne(toString(fromUnixTimestamp64Milli(${sql}, 'UTC')), ' ', 'T'), 'Z')`,
  // Its own rounds halves to the even neighbour.
  round: 'tidemark_round',
  types: { TEXT: 'Nullable(String)', INTEGER: 'Nullable(Int64)', REAL: 'Nullable(Float64)' },
  end: '\nSETTINGS join_use_nulls = 1',
  prelude: (root) => [
    ...(isRemote(root)
      ? [
          `-- The keys of the store, once, by an administrator:
-- CREATE NAMED COLLECTION ${CLICKHOUSE_KEYS} AS access_key_id = '…', secret_access_key = '…'`,
        ]
      : []),
    `CREATE FUNCTION IF NOT EXISTS tidemark_round AS
(x) -> if(abs(x) < ${WHOLE_FROM}, floor(abs(x) + 0.5) * sign(x), x)`,
  ],
  rows: (root, table, by) => {
    const at = (path: string) =>
      isRemote(root) ? `${CLICKHOUSE_KEYS}, url = ${clickhouseText(path)}` : clickhouseText(path);
    if (by === 'log')
      return `${isRemote(root) ? 'deltaLake' : 'deltaLakeLocal'}(${at(`${filesOf(root, table)}/`)})`;
    const structure = quoted(
      table.columns
        .map(({ name, kind }) => `\`${name}\` ${CLICKHOUSE_TYPES[kind].replaceAll("'", "\\'")}`)
        .join(', '),
    ).replaceAll("\\''", "\\'");
    const source = isRemote(root) ? 's3' : 'file';
    const glob = at(dataFilesOf(root, table));
    const [format, columns] = isRemote(root) ? ['format = ', 'structure = '] : ['', ''];
    return `(SELECT * FROM ${source}(${glob}, ${format}'Parquet', ${columns}${structure})
    WHERE _path IN (SELECT max(_path) FROM ${source}(${glob}, ${format}'One') GROUP BY replaceRegexpOne(_path, '[^/]*$', '')))`;
  },
  readsBy: ['log', 'folders'],
};

const DUCKDB: Dialect = {
  name: doubleQuoted,
  millis: (sql) => `epoch_ms(${sql})`,
  iso: (sql) => `strftime(make_timestamp((${sql}) * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')`,
  round: 'round',
  types: { TEXT: 'VARCHAR', INTEGER: 'BIGINT', REAL: 'DOUBLE' },
  end: '',
  prelude: (_root, _tables, by) => (by === 'log' ? ['INSTALL delta', 'LOAD delta'] : []),
  rows: (root, table, by) =>
    by === 'log'
      ? `delta_scan(${quoted(filesOf(root, table))})`
      : `(SELECT * EXCLUDE (filename) FROM read_parquet(${globOf(root, table)}, union_by_name = true, hive_partitioning = true, hive_types_autocast = false, filename = true)
    WHERE filename IN (SELECT max(file) FROM glob(${globOf(root, table)}) GROUP BY regexp_replace(file, '[^/]*$', '')))`,
  readsBy: ['folders', 'log'],
};

const SPARK: Dialect = {
  name: (name) => `\`${name}\``,
  millis: (sql) => `unix_millis(${sql})`,
  iso: (sql) =>
    `date_format(to_utc_timestamp(timestamp_millis(${sql}), current_timezone()), "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")`,
  round: 'round',
  types: { TEXT: 'STRING', INTEGER: 'BIGINT', REAL: 'DOUBLE' },
  end: '',
  prelude: () => [],
  rows: (root, table) => `delta.\`${filesOf(root, table)}\``,
  readsBy: ['log'],
};

const TRINO_SCHEMA = 'delta.tidemark';
const trinoTable = ({ folder }: EngineTable): string => `${folder}_files`;

const TRINO: Dialect = {
  name: doubleQuoted,
  millis: (sql) => `CAST(round(to_unixtime(${sql}) * 1e3) AS BIGINT)`,
  iso: (sql) =>
    `format_datetime(from_unixtime((${sql}) / 1e3, 'UTC'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''')`,
  round: 'round',
  types: { TEXT: 'VARCHAR', INTEGER: 'BIGINT', REAL: 'DOUBLE' },
  end: '',
  prelude: (root, tables) => [
    `CREATE SCHEMA IF NOT EXISTS ${TRINO_SCHEMA}`,
    `USE ${TRINO_SCHEMA}`,
    ...tables.map(
      (table) =>
        `CALL delta.system.register_table(schema_name => 'tidemark', table_name => ${quoted(trinoTable(table))}, table_location => ${quoted(filesOf(root, table))})`,
    ),
  ],
  rows: (_root, table) => trinoTable(table),
  readsBy: ['log'],
};

export const DIALECTS: Record<Engine, Dialect> = {
  clickhouse: CLICKHOUSE,
  duckdb: DUCKDB,
  spark: SPARK,
  trino: TRINO,
};

/** NULL, of a type. */
export const typedNull = ({ types }: Dialect, type: ChangeColumn['type']): string =>
  `CAST(NULL AS ${types[type]})`;
