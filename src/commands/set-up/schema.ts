import { configJsonSchema } from '../../config/json-schema.ts';
import { VIEWS } from '../../store/views/views.ts';
import type { Io } from '../../terminal/io.ts';
import { viewText } from '../../terminal/view-text.ts';

/**
 * `tidemark schema`: the JSON Schema of the configuration, for editors; with `--db` the views of
 * the database, in words.
 */
export async function runSchema(
  io: Io,
  { db = false }: { db?: boolean | undefined } = {},
): Promise<number> {
  io.stdout(
    db
      ? VIEWS.map((view) => viewText(view, io.isTerminal ? io.columns : Infinity)).join('\n')
      : `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  );
  return 0;
}
