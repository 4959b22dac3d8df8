// Opens the place of a lake: a folder, or a bucket of an S3-compatible store.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { S3Client } from '../../backup/s3-client.ts';
import type { LakeConfig } from '../../config/config.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { makeLakeWriter, readLakeWriter } from '../../store/file/lake-writer-note.ts';
import { realPathOf } from '../../store/file/real-path.ts';
import { openFolderStore, sayFailure, type FileStore } from '../export/file-store.ts';
import { removeScratch, scratchOf } from '../export/leftovers.ts';
import { writerName } from '../export/writer.ts';
import { isHeeded } from './probe.ts';
import { s3Store } from './s3-store.ts';

export type LakePlace = {
  /** `/data/lake` or `s3://bucket/prefix`, without secrets. */
  text: string;
  /** The store ignores what keeps two writers apart: this one writes alone. */
  isAlone: boolean;
  /** The store of a table, and a local folder for files that are not whole yet. */
  table(folder: string): { store: FileStore; scratch: string };
  /** Removes what is left of those folders. */
  close(): void;
};

/**
 * Opens it. To write, a bucket is first asked whether it keeps two writers apart; if not, only one
 * database may ever write there. `stop` ends what is asked of it just now. @throws AppError `file_unusable` when it cannot be reached, or
 * belongs to another writer.
 */
export async function openLake(
  config: Pick<LakeConfig, 'to' | 'allowPrivate'>,
  database: string,
  clock: Clock,
  toWrite: boolean,
  stop?: AbortSignal,
): Promise<LakePlace> {
  const id = randomUUID();
  const { to } = config;
  if (to.kind === 'folder') {
    requireParent(to.path);
    const made: string[] = [];
    return {
      text: to.path,
      isAlone: false,
      table: (folder) => {
        const root = join(to.path, folder);
        const scratch = scratchOf(root, writerName(), id);
        if (toWrite) {
          prepare(root, scratch, clock);
          made.push(scratch);
        }
        return { store: openFolderStore(root, scratch), scratch };
      },
      close: () => {
        for (const path of made) rmSync(path, { recursive: true, force: true });
      },
    };
  }
  const { openBucket } = await import('../../backup/s3-client.ts');
  const client = openBucket(to, clock, 'lake', {
    isGuarded: !config.allowPrivate,
    ...(stop && { stop }),
  });
  const isConditional = !toWrite || (await isHeeded(client));
  if (!isConditional) await claim(client, database);
  const beside = `${realPathOf(database)}.lake`;
  const scratch = scratchOf(beside, writerName(), id);
  if (toWrite) {
    prepare(beside, scratch, clock);
  }
  return {
    text: client.text,
    isAlone: !isConditional,
    table: (folder) => ({ store: s3Store(client, folder, isConditional), scratch }),
    close: () => {
      if (toWrite) removeOwn(beside, scratch);
    },
  };
}

/** Makes a folder for what is not whole yet, and removes those of processes that are gone. */
function prepare(root: string, scratch: string, clock: Clock): void {
  try {
    mkdirSync(scratch, { recursive: true });
    removeScratch(root, writerName(), clock.now());
  } catch (thrown) {
    throw sayFailure(thrown, root, 'write');
  }
}

/** Another sync may be at work in the same folder. */
function removeOwn(root: string, scratch: string): void {
  rmSync(scratch, { recursive: true, force: true });
  try {
    rmdirSync(root);
  } catch {
    // It holds something of another one.
  }
}

/** If its parent is missing too, its disk is probably not mounted, and nothing is made. */
function requireParent(path: string): void {
  if (existsSync(path) || existsSync(dirname(path))) return;
  throw new AppError('file_unusable', `there is no folder ${dirname(path)}`, {
    hint: 'make it, or mount its disk; see lake.to in the config',
  });
}

const WRITER = '_writer.json';

/** Writes down who the one writer is. */
async function claim(client: S3Client, database: string): Promise<void> {
  const store = s3Store(client, '', false);
  const found = await store.get(WRITER);
  if (found === null) {
    const [writer, path] = [makeLakeWriter(database), realPathOf(database)];
    await store.putIfAbsent(WRITER, JSON.stringify({ writer, host: hostname(), database: path }));
    return;
  }
  const writer = readLakeWriter(database);
  if (writer !== null && found.toString('utf8').includes(writer)) return;
  throw new AppError(
    'file_unusable',
    `${client.text} is written by another database, and this store cannot keep two writers apart`,
    {
      hint: `its ${WRITER} says which; delete that file when the other one writes no more, or take a store that knows If-None-Match`,
    },
  );
}
