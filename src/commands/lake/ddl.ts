// `tidemark lake ddl`: the views of the database, for an engine that reads the lake.
import { resolve } from 'node:path';
import { LAKE_VIEWS, type Config, type LakeView } from '../../config/config.ts';
import { ddlText } from '../../history/lake/ddl.ts';
import { AppError } from '../../lib/errors.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import {
  DIALECTS,
  ENGINES,
  READ_BY,
  type Engine,
  type ReadBy,
} from '../../store/engines/dialect.ts';
import { hasAlerts, listsWithRows } from '../../store/export/selection.ts';
import { openReadOnly } from '../../store/file/open-readonly.ts';
import { layOver } from '../../store/file/open-to-read.ts';
import type { Io } from '../../terminal/io.ts';
import { readWord } from '../../terminal/options.ts';

export type LakeDdlArgs = PlaceArgs & {
  engine?: string | undefined;
  /** The lake as the engine finds it: a folder, or a URL; as the config says by default. */
  at?: string | undefined;
  by?: string | undefined;
};

/** Prints the statements to stdout. Exit code 0. @throws AppError `usage`, `not_found` */
export async function runLakeDdl(io: Io, args: LakeDdlArgs): Promise<number> {
  const engine = readWord('--engine', args.engine, ENGINES);
  if (engine === undefined)
    throw new AppError('usage', 'lake ddl needs the name of an engine', {
      hint: `--engine ${ENGINES.join(', or ')}`,
    });
  const by = readBy(args.by, DIALECTS[engine].readsBy);
  const { database, config } = findPlace(io, args);
  const root = placeOf(io.cwd, args.at ?? configured(config, engine));
  const db = openReadOnly(database);
  try {
    layOver(db, database);
    const lists = listsWithRows(db, null);
    if (lists.length === 0)
      throw new AppError(
        'not_found',
        `there is nothing to make views of: ${database} has no rows`,
        {
          hint: 'the lake has tables once a snapshot was taken',
        },
      );
    const held = config?.lake?.views ?? LAKE_VIEWS;
    requireTables(held);
    const alerts = held.includes('alerts') && hasAlerts(db);
    io.stdout(ddlText({ engine, by, root, lists, hasAlerts: alerts }));
    return 0;
  } finally {
    db.close();
  }
}

/** The views are made of both. @throws AppError `usage` */
function requireTables(held: readonly LakeView[]): void {
  for (const view of ['history', 'changes'] as const)
    if (!held.includes(view))
      throw new AppError('usage', `the lake has no ${view}, of which the views are made`, {
        hint: `add it to lake.views: [${[...held, view].join(', ')}]`,
      });
}

/** Where the config has the lake. @throws AppError `usage` where it has none. */
function configured(config: Config | null, engine: Engine): string {
  const to = config?.lake?.to;
  if (to === undefined)
    throw new AppError('usage', 'lake ddl needs the place of the lake, as the engine finds it', {
      hint: '--at FOLDER, or --at s3://BUCKET/PREFIX, or `lake: { to: … }` in the config',
    });
  if (to.kind === 'folder') return to.path;
  // ClickHouse takes the address of the server; the others have it in their own settings.
  const store = engine === 'clickhouse' ? `${to.endpoint}/` : 's3://';
  return `${store}${to.bucket}/${to.prefix}`;
}

function readBy(text: string | undefined, known: readonly [ReadBy, ...ReadBy[]]): ReadBy {
  const by = readWord('--by', text, READ_BY) ?? known[0];
  if (!known.includes(by))
    throw new AppError('usage', `this engine does not read by ${by}`, {
      hint: `--by ${known.join(' or ')}`,
    });
  return by;
}

/** A folder is given from the root, so that it is found from wherever an engine runs. */
const placeOf = (cwd: string, at: string): string =>
  (/^[a-z][\w+.-]*:\/\//i.test(at) ? at : resolve(cwd, at)).replace(/\/+$/, '');
