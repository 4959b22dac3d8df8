// `tidemark lake status`: what the lake holds, and how far it is behind the database.
import { statePart, type PartState } from '../../history/lake/compare.ts';
import { lakeParts } from '../../history/lake/sync.ts';
import { isoTime } from '../../lib/clock.ts';
import { formatBytes } from '../../lib/size.ts';
import { plural } from '../../lib/text.ts';
import { readLakeNote, type LakeNote } from '../../store/file/lake-note.ts';
import type { Io } from '../../terminal/io.ts';
import { onLake, type LakeArgs } from './open.ts';

/** Prints it; exit code 0, also when the lake is behind. */
export const runLakeStatus = (io: Io, args: LakeArgs): Promise<number> =>
  onLake(io, args, false, async ({ db, place, lake, database }) => {
    const parts: PartState[] = [];
    for (const part of lakeParts(db, lake)) parts.push(await statePart(db, place, part, io.clock));
    if (args.json) io.stdout(`${JSON.stringify({ place: place.text, tables: parts }, null, 2)}\n`);
    else {
      io.stdout(`${place.text}\n`);
      for (const part of parts) io.stdout(linesOf(part));
      io.stdout(scheduleLine(readLakeNote(database)));
      if (parts.length === 0) io.stdout('the database has no snapshots yet\n');
    }
    return 0;
  });

/** How the daemon's syncs go; nothing where it has none. */
function scheduleLine(note: LakeNote | null): string {
  if (note === null) return '';
  const { last, failures, reason } = note;
  const went =
    last === null ? 'the daemon has not synced it yet' : `the daemon synced it ${isoTime(last.at)}`;
  return failures === 0
    ? `${went}\n`
    : `${went}; since then ${plural(failures, 'failure')}: ${reason ?? ''}\n`;
}

function linesOf(part: PartState): string {
  const { table, list, files, bytes, rows, newest, behind, behindSince, only } = part;
  const name = table === 'alerts' ? `alerts (${list})` : table;
  const unit = table === 'alerts' ? 'alert' : 'snapshot';
  const holds =
    newest === null
      ? 'nothing yet'
      : `${plural(rows, 'row')} in ${plural(files, 'file')}, ${formatBytes(bytes)}, up to ${newest}`;
  const late =
    behind === 0 || behindSince === null
      ? 'up to date'
      : `${plural(behind, unit)} behind, from ${behindSince} on`;
  const more = only === 0 ? '' : `; ${plural(only, unit)} that only the lake has`;
  return `${name}: ${holds}\n  ${late}${more}\n`;
}
