import { configJsonSchema } from '../config/json-schema.ts';
import { VIEWS } from '../store/views.ts';
import type { Io } from '../terminal/io.ts';

/** `tidemark schema`: the JSON Schema of the configuration, for editors; with `--db` the views of the database, in words. */
export async function runSchema(io: Io, { db = false }: { db?: boolean | undefined } = {}): Promise<number> {
  io.stdout(db ? VIEWS.map(viewText).join('\n') : `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return 0;
}

function viewText({ name, description, columns }: (typeof VIEWS)[number]): string {
  const width = Math.max(...columns.map((column) => column.name.length));
  return `${name}: ${description}\n${columns.map((column) => `  ${column.name.padEnd(width)}  ${column.description}\n`).join('')}`;
}
