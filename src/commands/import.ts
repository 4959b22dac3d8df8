// `tidemark import`: saved answers of the source, and exported rows, into the history.
import { createReadStream, existsSync, statSync, type ReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { importFiles } from '../history/import/import.ts';
import type { ImportedSnapshot, ImportFile, Refusal } from '../history/import/terms.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { parseMoment } from '../lib/moment.ts';
import { cleanText, plural } from '../lib/text.ts';
import { readAppConfig } from '../open-app.ts';
import { openDatabase } from '../store/open.ts';
import type { Io } from '../terminal/io.ts';
import { openProgress } from '../terminal/progress.ts';

export type ImportArgs = {
  config?: string | undefined;
  /** Paths; `-` is stdin. */
  files: readonly string[];
  watch?: string | undefined;
  takenAt?: string | undefined;
  slotAt?: string | undefined;
  earlierQueries?: boolean | undefined;
  json?: boolean | undefined;
};

const MB = 1_000_000;

/** Exit code 0 when all was taken or known, 3 when some was refused, 1 when all was. */
export async function runImport(
  io: Io,
  args: ImportArgs,
  streams: { stdin: Readable; stop: AbortSignal },
): Promise<number> {
  const config = readAppConfig(io, args.config, 'spared');
  const options = {
    watch: args.watch ?? null,
    takenAt: readMoment('--taken-at', args.takenAt, config.timezone),
    slotAt: readMoment('--slot-at', args.slotAt, config.timezone),
    earlierQueries: args.earlierQueries === true,
  };
  // Whoever writes to stdin may not be done for long.
  streams.stop.addEventListener('abort', () => streams.stdin.destroy(), { once: true });
  const reading = openFiles(io, args.files, streams.stdin);
  // By watch and slot: what is said later of a snapshot holds.
  const snapshots = new Map<string, ImportedSnapshot>();
  const refusals: Refusal[] = [];
  const db = openDatabase(config.database);
  const progress = openProgress(io, Math.ceil(reading.size / MB), 'MB');
  const tell = ({ file, line, reason }: Refusal) =>
    io.stderr(`${file}${line === null ? '' : `:${line}`}: ${cleanText(reason)}\n`);
  try {
    await importFiles(
      {
        db,
        config,
        now: io.clock.now(),
        signal: streams.stop,
        onSnapshot: (snapshot) => {
          progress.advance(reading.advance());
          snapshots.set(`${snapshot.watch} ${snapshot.slotAt}`, snapshot);
          if (snapshot.outcome === 'refused')
            io.stderr(
              `${snapshot.watch} ${isoTime(snapshot.slotAt)}: not imported, ${cleanText(snapshot.reason)}\n`,
            );
        },
        onRefused: (refusal) => {
          refusals.push(refusal);
          if (!args.json) tell(refusal);
        },
        onSetAside: tell,
      },
      options,
      reading.files,
    );
  } catch (thrown) {
    // What went before is stored, and must not go unsaid.
    progress.stop();
    report(io, args, [...snapshots.values()], refusals);
    throw thrown;
  } finally {
    progress.stop();
    db.close();
  }
  const code = report(io, args, [...snapshots.values()], refusals);
  if (!streams.stop.aborted) return code;
  io.stderr('stopped: the rest was not read; the same command goes on from there\n');
  return 1;
}

function readMoment(option: string, text: string | undefined, timezone: string): Instant | null {
  if (text === undefined) return null;
  const at = parseMoment(text, timezone);
  if (at === undefined)
    throw new AppError('usage', `${option} ${JSON.stringify(text)} is not a time`, {
      hint: 'such as 2026-11-23T06:00:00Z, or 2026-11-23T06:00 by the clocks of the config',
    });
  return at;
}

/** `advance` says by how many MB reading has gone on since it was asked last. */
function openFiles(
  io: Io,
  paths: readonly string[],
  stdin: Readable,
): { files: ImportFile[]; size: number; advance(): number } {
  if (paths.length === 0) throw new AppError('usage', 'name the files to import, or - for stdin');
  let size = 0;
  let told = 0;
  const opened: ReadStream[] = [];
  const files = paths.map((path): ImportFile => {
    if (path === '-') return { name: 'stdin', open: () => stdin };
    const absolute = resolve(io.cwd, path);
    if (!existsSync(absolute) || !statSync(absolute).isFile())
      throw new AppError('usage', `there is no file ${path}`);
    size += statSync(absolute).size;
    return {
      name: path,
      open: () => {
        const stream = createReadStream(absolute);
        opened.push(stream);
        return stream;
      },
    };
  });
  return {
    files,
    size,
    advance: () => {
      const read = Math.floor(opened.reduce((sum, stream) => sum + stream.bytesRead, 0) / MB);
      const by = read - told;
      told = read;
      return by;
    },
  };
}

function report(
  io: Io,
  { json }: ImportArgs,
  snapshots: readonly ImportedSnapshot[],
  refusals: readonly Refusal[],
): number {
  const count = (outcome: ImportedSnapshot['outcome']) =>
    snapshots.filter((snapshot) => snapshot.outcome === outcome);
  const [imported, known, refused] = [count('imported'), count('known'), count('refused')];
  const rows = imported.reduce((sum, snapshot) => sum + snapshot.rows, 0);
  if (json) {
    const shown = snapshots.map(({ slotAt, ...snapshot }) => ({
      ...snapshot,
      slot_at: isoTime(slotAt),
    }));
    io.stdout(`${JSON.stringify({ snapshots: shown, refused: refusals }, null, 2)}\n`);
  } else {
    const parts = [
      `imported ${plural(imported.length, 'snapshot')}, ${plural(rows, 'row')}`,
      ...(known.length > 0 ? [`${known.length} known already`] : []),
      ...(refused.length > 0 ? [`${refused.length} refused`] : []),
    ];
    io.stderr(`${parts.join('; ')}\n`);
  }
  const isAllTaken = refused.length === 0 && refusals.length === 0 && snapshots.length > 0;
  if (isAllTaken) return 0;
  return imported.length + known.length > 0 ? 3 : 1;
}
