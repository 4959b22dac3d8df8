// A real ClickHouse, from npm. It is half a gigabyte, so no dependency: `.ci/tool.js` installs it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { toolFolder } from '../support/tool-folder.ts';

export type ClickHouse = {
  /** Throws what ClickHouse says of a statement that it refuses. */
  run(sql: string): Promise<void>;
  /** The columns and rows of a query; numbers as numbers, texts as texts. */
  rows(sql: string): Promise<{ columns: string[]; rows: unknown[][] }>;
  close(): Promise<void>;
};

/** By its place, since the child runs in another folder. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

type Compact = { meta: { name: string }[]; data: unknown[][] };

/** A ClickHouse without tables, in a child: a crash of its native code must not end the tests. */
export function openClickHouse(): ClickHouse {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-clickhouse-'));
  const child = spawn(
    process.execPath,
    ['--import', TSX, join(import.meta.dirname, 'chdb-child.ts'), toolFolder('chdb'), folder],
    // It reads no files but those below the folder that it runs in.
    { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (sql: string, format: string): Promise<string> => {
    child.stdin.write(`${JSON.stringify({ sql, format })}\n`);
    const line = await answers.next();
    if (line.done === true) throw new Error(`ClickHouse ended at: ${sql}`);
    const { text, error } = JSON.parse(line.value) as { text?: string; error?: string };
    if (text === undefined) throw new Error(`${error}\n${sql}`);
    return text;
  };
  return {
    run: async (sql) => {
      await ask(sql, 'Null');
    },
    rows: async (sql) => {
      const settings =
        'output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 1';
      const text = await ask(`SELECT * FROM (${sql}) SETTINGS ${settings}`, 'JSONCompact');
      const { meta, data } = JSON.parse(text) as Compact;
      return { columns: meta.map(({ name }) => name), rows: data };
    },
    close: async () => {
      const isOver = once(child, 'close');
      child.stdin.end();
      await isOver;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
