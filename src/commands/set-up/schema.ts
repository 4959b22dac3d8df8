import { configJsonSchema } from '../../config/json-schema.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import { viewsIn } from '../../store/views/views-in.ts';
import type { View } from '../../store/views/view.ts';
import { VIEWS } from '../../store/views/views.ts';
import type { Io } from '../../terminal/io.ts';
import { viewText } from '../../terminal/view-text.ts';

export type SchemaArgs = PlaceArgs & { db?: boolean | undefined };

/**
 * `tidemark schema`: the JSON Schema of the configuration, for editors; with `--db` the views of
 * every database, in words, or those of the one that `--config` or `--database` names.
 * @throws AppError where that cannot be read
 */
export async function runSchema(
  io: Io,
  { db = false, ...place }: SchemaArgs = {},
): Promise<number> {
  io.stdout(
    db
      ? viewsAt(io, place)
          .map((view) => viewText(view, io.isTerminal ? io.columns : Infinity))
          .join('\n')
      : `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  );
  return 0;
}

const viewsAt = (io: Io, place: PlaceArgs): readonly View[] =>
  place.config === undefined && place.database === undefined
    ? VIEWS
    : viewsIn(findPlace(io, place).database);
