// What `lake ddl` prints: statements for an engine, with what its user must know before.
import type { Engine, ReadBy } from '../../store/engines/dialect.ts';
import { engineStatements, type EngineOptions } from '../../store/engines/statements.ts';

const ABOUT: Record<Engine, string> = {
  clickhouse: 'ClickHouse, tried on 26.7. A server reads only files below its user_files_path.',
  duckdb:
    'DuckDB, tried on 1.5 by folders. Its reader of the log is an extension, which was not tried.',
  spark: 'Spark with Delta Lake. Not tried on a real Spark: say what it refuses.',
  trino:
    'Trino with a catalog `delta` that has delta.register-table-procedure.enabled. Not tried on a real Trino: say what it refuses.',
};

const READS: Record<ReadBy, string> = {
  log: 'They read the version that the log says is the newest.',
  folders:
    'They read the newest file of each folder. Where several change at once, a query may see some of them.',
};

/** The statements as a script, each with its semicolon, and a line at the end. */
export function ddlText(options: EngineOptions): string {
  const { engine, by } = options;
  const head = [
    `Views of Tidemark for ${ABOUT[engine]}`,
    READS[by],
    'What differs from SQLite: tidemark help growing',
  ]
    .map((line) => `-- ${line}`)
    .join('\n');
  return `${[head, ...engineStatements(options).map((sql) => `${sql};`)].join('\n\n')}\n`;
}
