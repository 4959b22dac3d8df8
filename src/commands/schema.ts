import { configJsonSchema } from '../config/json-schema.ts';
import type { Io } from '../terminal/io.ts';

/** `tidemark schema`: the JSON Schema of the configuration, for editors. */
export async function runSchema(io: Io): Promise<number> {
  io.stdout(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return 0;
}
