// `tidemark export`: the history for other programs, to stdout or into a folder.
import { resolve } from 'node:path';
import { listEveryWatch, listsWithRows, type Selection } from '../../store/export/selection.ts';
import { EXPORT_FORMATS, EXPORT_VIEWS, type ExportView } from '../../store/export/views.ts';
import { listsInUse } from '../../store/series/list-tables.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import type { Instant } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { parseMoment } from '../../lib/moment.ts';
import { findLeft } from '../../store/lake/left.ts';
import { openReadOnly, type ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { layOver } from '../../store/file/open-to-read.ts';
import { requireName } from '../../report/known-names.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';
import { misread, readSince, readWord } from '../../terminal/options.ts';
import { leftText } from '../../words/left-text.ts';
import { exportFiles } from './export-files.ts';
import { exportText, type ExportStreams } from './export-text.ts';

export type ExportArgs = PlaceArgs & {
  format?: string | undefined;
  view?: string | undefined;
  /** Name of one list; without it those that the watches have, into a folder, or the only one. */
  list?: string | undefined;
  /** Names; none means all. */
  watch?: readonly string[] | undefined;
  since?: string | undefined;
  until?: string | undefined;
  /** A folder, for whole months; without it stdout. */
  out?: string | undefined;
  full?: boolean | undefined;
};

/** Exit code 0, or 1 when it was stopped half-way. */
export async function runExport(io: Io, args: ExportArgs, streams: ExportStreams): Promise<number> {
  const format =
    readWord('--format', args.format, EXPORT_FORMATS) ??
    (args.out === undefined ? 'csv' : 'parquet');
  const view = readWord('--view', args.view, EXPORT_VIEWS) ?? 'history';
  const asked: Omit<Selection, 'list'> = {
    view,
    watches: args.watch === undefined || args.watch.length === 0 ? null : args.watch,
    // Months and slots are UTC here: files of one history must not depend on who made them.
    sinceAt: readSince(args.since, io.clock.now(), 'UTC') ?? null,
    untilAt: readUntil(args.until),
  };
  const { database } = findPlace(io, args);
  const db = openReadOnly(database);
  try {
    layOver(db, database);
    requireWatches(db, asked);
    const lists = listsAsked(db, args.list, asked);
    for (const selection of lists) tellLeft(io, db, selection);
    if (args.out === undefined) {
      if (format === 'parquet')
        throw new AppError('usage', 'parquet is written into a folder', {
          hint: 'name it: --out FOLDER',
        });
      return await exportText(io, db, oneTable(lists, view), format, streams);
    }
    return await exportFiles(
      io,
      db,
      lists.map(wholeMonths),
      resolve(io.cwd, args.out),
      format,
      args.full === true,
      streams.stop,
    );
  } finally {
    db.close();
  }
}

/** What a lake has alone is not in it. */
function tellLeft(io: Io, db: ReadOnlyDb, { view, watches, sinceAt, untilAt, list }: Selection) {
  if (view === 'alerts') return;
  for (const watch of watches ?? listEveryWatch(db)) {
    const bounds = { fromAt: sinceAt ?? -1, toAt: (untilAt ?? Infinity) - 1 };
    const left = findLeft(db, { watch, source: list.seriesSource, ...bounds });
    if (left !== null) io.stderr(`${watch}: ${leftText(left, 'UTC')}\n`);
  }
}

/** `--until`: before a date or instant. */
function readUntil(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const at = parseMoment(text, 'UTC');
  if (at === undefined)
    throw misread('--until', text, 'a date (2026-01-05), or an instant (2026-01-05T06:00:00Z)');
  return at;
}

/** A file is a month: bounds inside one would cut it, and what was in it before would be gone. */
const wholeMonths = ({ sinceAt, untilAt, ...selection }: Selection): Selection => ({
  ...selection,
  sinceAt: sinceAt === null ? null : monthStart(sinceAt),
  untilAt: untilAt === null || monthStart(untilAt) === untilAt ? untilAt : monthStart(untilAt, 1),
});

function monthStart(at: Instant, later = 0): Instant {
  const day = new Date(at);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + later, 1);
}

function requireWatches(db: ReadOnlyDb, { watches }: Pick<Selection, 'watches'>): void {
  const known = listEveryWatch(db);
  for (const watch of watches ?? []) requireName('watch', watch, known);
}

/** What is asked for, list by list: those named, or those that the watches have rows of. */
function listsAsked(
  db: ReadOnlyDb,
  name: string | undefined,
  asked: Omit<Selection, 'list'>,
): readonly [Selection, ...Selection[]] {
  const used = listsInUse(db);
  readWord(
    '--list',
    name,
    used.map((list) => list.name),
  );
  const named = used.filter((list) => list.name === name);
  const [first = DEFAULT_LIST, ...others] =
    named.length > 0 ? named : listsWithRows(db, asked.watches);
  const of = (list: ListKind): Selection => ({ ...asked, list });
  return [of(first), ...others.map(of)];
}

/** Lists differ in their columns, and one text has one header. Alerts of all have the same. */
function oneTable<Some extends readonly Selection[]>(selections: Some, view: ExportView): Some {
  if (view !== 'alerts' && selections.length > 1)
    throw new AppError(
      'usage',
      `the watches have ${selections.length} lists, each with columns of its own`,
      {
        hint: `name one: ${selections.map(({ list }) => `--list ${list.name}`).join(' or ')}`,
      },
    );
  return selections;
}
