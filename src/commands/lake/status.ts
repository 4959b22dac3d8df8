// `tidemark lake status`: what the lake holds, and how far it is behind the database.
import { statePart, type PartState } from '../../history/lake/state-part.ts';
import { lakeParts } from '../../history/lake/sync.ts';
import type { Config } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import { formatBytes } from '../../lib/size.ts';
import { cleanText } from '../../lib/text.ts';
import { readLakeSyncs, type LakeState } from '../../report/scheduled-work.ts';
import { isRoomy, readRoom } from '../../store/file/free-room.ts';
import { readThinningNote } from '../../store/file/thinning-note.ts';
import type { Io } from '../../terminal/io.ts';
import { lakeText } from '../../terminal/status-text.ts';
import { freeText, roomJson } from '../../report/room.ts';
import { counted } from '../../words/short-numbers.ts';
import { distanceText, timeWithZone } from '../../words/times.ts';
import { onLake, type LakeArgs } from './open.ts';

/** Prints it; exit code 0, also when the lake is behind. */
export const runLakeStatus = (io: Io, args: LakeArgs): Promise<number> =>
  onLake(io, args, false, async ({ db, place, lake, config }) => {
    const parts: PartState[] = [];
    for (const part of lakeParts(db, lake)) parts.push(await statePart(db, place, part, io.clock));
    const room = readRoom(db);
    if (args.json) {
      const file = roomJson(room, null);
      io.stdout(`${JSON.stringify({ place: place.text, tables: parts, file }, null, 2)}\n`);
      return 0;
    }
    io.stdout(`${place.text}\n`);
    for (const part of parts) io.stdout(linesOf(part, config.timezone));
    if (parts.length === 0) io.stdout('the database has no snapshots yet\n');
    const syncs = readLakeSyncs(config, io.clock.now());
    if (syncs !== null) io.stdout(scheduleLine(syncs, io.clock.now()));
    io.stdout(thinningLines(config, io.clock.now()));
    if (isRoomy(room)) io.stdout(`the database: ${formatBytes(room.bytes)}; ${freeText(room)}\n`);
    return 0;
  });

/** How old history leaves for it; nothing where it does not. */
function thinningLines({ retention, database }: Config, now: Instant): string {
  const note = retention.then === 'lake' ? readThinningNote(database) : null;
  if (note === null) return '';
  const { at, snapshots, held, heldSinceAt } = note;
  const left = `old history: ${counted(snapshots, 'snapshot')} left for it ${distanceText(at, now)}`;
  const since =
    heldSinceAt === null ? '' : `; others are held back, first ${distanceText(heldSinceAt, now)}`;
  const reasons = held.map(
    ({ reason, snapshots: count }) => `  ${counted(count, 'snapshot')}: ${cleanText(reason)}\n`,
  );
  return `${left}${since}\n${reasons.join('')}`;
}

/** How the daemon's syncs go. */
function scheduleLine(syncs: LakeState, now: Instant): string {
  const line = `by the daemon ${lakeText(syncs, now)}`;
  const { failures = 0, failedAt = null, reason = null } = syncs.note ?? {};
  if (failures === 0 || failedAt === null) return `${line}\n`;
  const failed = `${counted(failures, 'failure')}, the last ${distanceText(failedAt, now)}`;
  return `${line}\n  ${failed}: ${cleanText(reason ?? 'unknown')}\n`;
}

function linesOf(part: PartState, timezone: string): string {
  const { table, list, files, bytes, rows, newest, behind, behindSince, only, lost } = part;
  const name = table === 'alerts' ? `alerts (${list})` : table;
  const unit = table === 'alerts' ? 'alert' : 'snapshot';
  const slot = (iso: string) => timeWithZone(Date.parse(iso), timezone);
  const holds =
    newest === null
      ? 'nothing yet'
      : `${counted(rows, 'row')} in ${counted(files, 'file')}, ${formatBytes(bytes)}`;
  const until = newest === null ? null : `its newest slot is ${slot(newest)}`;
  const isLate = behind > 0 && behindSince !== null;
  const late = isLate
    ? [`${counted(behind, unit)} behind, from ${slot(behindSince)} on`, until]
    : [until === null ? 'up to date' : `up to date: ${until}`];
  const state = late.map((line) => (line === null ? '' : `  ${line}\n`)).join('');
  const more = only === 0 ? '' : `  ${counted(only, unit)} that only the lake has\n`;
  const gone =
    lost === 0 ? '' : `  ${counted(lost, unit)} that left the database for a lake are NOT in it\n`;
  return `${name}: ${holds}\n${state}${more}${gone}`;
}
