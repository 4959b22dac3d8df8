// `tidemark import`: saved answers of the source, and exported rows, into the history.
import { createReadStream, statSync, type ReadStream, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { isEncoding } from '../../history/import/decode.ts';
import type { Layout } from '../../history/import/file-item.ts';
import { importFiles } from '../../history/import/import.ts';
import type { ImportedSnapshot, ImportFile, Refusal } from '../../history/import/terms.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { parseMoment } from '../../lib/moment.ts';
import { cleanText } from '../../lib/text.ts';
import { readAppConfig } from '../../open-app.ts';
import { openDatabase } from '../../store/file/open.ts';
import type { Io } from '../../terminal/io.ts';
import { misread } from '../../terminal/options.ts';
import { openProgress } from '../../terminal/progress.ts';
import { findLake } from '../lake/find-lake.ts';
import { openTeller, report } from '../../terminal/import-text.ts';

export type ImportArgs = {
  config?: string | undefined;
  /** Paths; `-` is stdin. */
  files: readonly string[];
  watch?: string | undefined;
  takenAt?: string | undefined;
  slotAt?: string | undefined;
  /** The date that saved answers of a dated list are of. */
  dataDate?: string | undefined;
  earlierQueries?: boolean | undefined;
  /** Time of day, `HH:MM`, that dates without one stand for. */
  time?: string | undefined;
  /** The encoding of the files, where their content does not tell it. */
  encoding?: string | undefined;
  delimiter?: string | undefined;
  decimal?: string | undefined;
  /** A csv with a column per rank. */
  wide?: boolean | undefined;
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
  const lake = await findLake(io, config, args.config, args.files);
  const options = {
    watch: args.watch ?? null,
    takenAt: readMoment('--taken-at', args.takenAt, config.timezone),
    slotAt: readMoment('--slot-at', args.slotAt, config.timezone),
    dataDate: args.dataDate ?? null,
    // Rows of a lake say in full what list they are of.
    earlierQueries: args.earlierQueries === true || lake !== null,
    time: readTime(args.time),
    layout: readLayout(args),
  };
  // Whoever writes to our stdin may keep it open, so it is closed when we are told to stop.
  streams.stop.addEventListener('abort', () => streams.stdin.destroy(), { once: true });
  const reading =
    lake === null
      ? openFiles(io, args.files, streams.stdin)
      : { files: lake, size: 0, advance: () => 0 };
  // By watch and slot: the last thing said of a snapshot holds.
  const snapshots = new Map<string, ImportedSnapshot>();
  // Listed for --json only: a file may be wrong in every one of millions of lines.
  const refused = { count: 0, listed: [] as Refusal[] };
  const db = openDatabase(config.database);
  const progress = openProgress(io, Math.ceil(reading.size / MB), 'MB');
  const teller = openTeller(io);
  const end = () => {
    progress.stop();
    teller.end();
    return report(io, args.json === true, [...snapshots.values()], refused);
  };
  try {
    await importFiles(
      {
        db,
        config,
        now: io.clock.now(),
        clock: io.clock,
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
          refused.count += 1;
          if (args.json) refused.listed.push(refusal);
          else teller.tell(refusal);
        },
        onSetAside: (refusal) => teller.tell(refusal),
        onNote: (file, text) => io.stderr(`${file}: ${cleanText(text)}\n`),
      },
      options,
      reading.files,
    );
  } catch (thrown) {
    // What went before is stored, and must not go unsaid.
    end();
    throw thrown;
  } finally {
    progress.stop();
    db.close();
  }
  const code = end();
  if (!streams.stop.aborted) return code;
  io.stderr('stopped: the rest was not read; the same command goes on from there\n');
  return 1;
}

function readTime(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw misread('--time', text, 'a time such as 06:00');
  return text;
}

const SEPARATORS: Record<string, string> = { tab: '\t', '\\t': '\t' };

function readLayout({ encoding, delimiter, decimal, wide }: ImportArgs): Layout {
  if (encoding !== undefined && !isEncoding(encoding))
    throw misread('--encoding', encoding, 'an encoding such as utf-8, latin1 or utf-16le');
  const separator = delimiter === undefined ? null : (SEPARATORS[delimiter] ?? delimiter);
  if (separator !== null && (separator.length !== 1 || /["\r\n\d]/.test(separator)))
    throw misread('--delimiter', delimiter ?? '', 'one character such as ";", or tab');
  if (decimal !== undefined && decimal !== ',' && decimal !== '.')
    throw misread('--decimal', decimal, '"," or "."');
  if (decimal !== undefined && decimal === separator && decimal === '.')
    throw new AppError('usage', '--delimiter and --decimal cannot be the same');
  return { encoding: encoding ?? null, separator, decimal: decimal ?? null, wide: wide === true };
}

function readMoment(option: string, text: string | undefined, timezone: string): Instant | null {
  if (text === undefined) return null;
  const at = parseMoment(text, timezone);
  if (at === undefined)
    throw misread(
      option,
      text,
      'a time, such as 2026-11-23T06:00:00Z, or 2026-11-23T06:00 by the clocks of the config',
    );
  return at;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Opens the files one after the other. `advance` is called with the megabytes that were read since
 * the last call.
 */
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
    const stats = statOf(absolute);
    if (stats === undefined) throw new AppError('usage', `there is no file ${path}`);
    if (stats.isDirectory())
      throw new AppError('usage', `${path} is a folder`, { hint: `name its files: ${path}/*` });
    // A pipe, such as <(zcat …), has no size, and is read like any other.
    size += stats.isFile() ? stats.size : 0;
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
