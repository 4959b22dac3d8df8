// `tidemark lake sync`: brings the lake up to date. The daemon starts this command as a process of
// its own, so that it can go on with its work meanwhile.
import { syncLake, unreadableIn, type SyncedPart } from '../../history/lake/sync.ts';
import { SECOND_MS } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { tryLock } from '../../store/file/lock.ts';
import type { Io } from '../../terminal/io.ts';
import { counted, wholeText } from '../../words/short-numbers.ts';
import { onLake, type LakeArgs } from './open.ts';

/** How long a store may still take to answer when the sync is stopped. */
const GRACE_MS = 5 * SECOND_MS;

/** Exit code 0, or 1 when it was stopped half-way. What fails is thrown. */
export async function runLakeSync(io: Io, args: LakeArgs, stop: AbortSignal): Promise<number> {
  const cut = new AbortController();
  const done = new AbortController();
  const afterGrace = () => void io.clock.sleep(GRACE_MS, done.signal).then(() => cut.abort());
  if (stop.aborted) afterGrace();
  else stop.addEventListener('abort', afterGrace, { once: true });
  try {
    return await syncOnce(io, args, stop, cut.signal);
  } finally {
    done.abort();
    stop.removeEventListener('abort', afterGrace);
  }
}

/** After `stop` nothing more is begun; `cut` ends what the store is asked just then. */
const syncOnce = (io: Io, args: LakeArgs, stop: AbortSignal, cut: AbortSignal): Promise<number> =>
  onLake(
    io,
    args,
    true,
    async ({ db, place, lake, config: { database } }) => {
      const lock = tryLock(database, 'lake');
      if (lock === null)
        throw new AppError('already_running', `a sync of the lake of ${database} is under way`, {
          hint: 'wait until it is done',
        });
      try {
        if (place.isAlone)
          io.stderr(
            `${place.text} ignores If-None-Match: no other database may write into this lake\n`,
          );
        const parts = await syncLake(db, place, lake, io.clock, {
          signal: stop,
          onPart: (part) => {
            if (!args.json) io.stderr(lineOf(part));
          },
        });
        const failure = unreadableIn(parts);
        if (failure !== null) throw failure;
        tellSum(io, args, place.text, parts);
        return stop.aborted ? 1 : 0;
      } finally {
        lock.release();
      }
    },
    cut,
  );

function lineOf({ table, list, written, rows, unchanged, kept }: SyncedPart): string {
  const units = kept.reduce((sum, month) => sum + month.units, 0);
  const more = units === 0 ? '' : `; ${wholeText(units)} that only the lake has stay`;
  const name = table === 'alerts' ? `${table} (${list})` : table;
  return `${name}: ${counted(written, 'file')} written, ${counted(rows, 'row')}; ${wholeText(unchanged)} unchanged${more}\n`;
}

function tellSum(io: Io, { json }: LakeArgs, to: string, parts: readonly SyncedPart[]): void {
  const sum = (of: (part: SyncedPart) => number) =>
    parts.reduce((total, part) => total + of(part), 0);
  const files = sum(({ written }) => written);
  const rows = sum((part) => part.rows);
  if (json) {
    const tables = parts.map(({ table, list, written, rows: count, unchanged }) => ({
      table,
      list,
      files: written,
      rows: count,
      unchanged,
    }));
    io.stdout(`${JSON.stringify({ place: to, files, rows, tables }, null, 2)}\n`);
  } else
    io.stdout(
      files === 0
        ? `${to} is up to date\n`
        : `${to}: ${counted(files, 'file')}, ${counted(rows, 'row')}\n`,
    );
}
