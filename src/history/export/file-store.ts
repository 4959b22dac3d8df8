/**
 * The files of an export: a folder, behind the few operations that a log of commits needs of any
 * store. Names are relative, with `/` between their parts.
 */
import {
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { syncFile } from '../../lib/sync-file.ts';
import { systemFailure } from '../../lib/system-failure.ts';
import { makeFolder } from '../../store/file/same-readers.ts';

/** `modifiedAt` is in epoch milliseconds, by the store's own clock. */
export type StoredFile = { name: string; size: number; modifiedAt: number };

export type FileStore = {
  /**
   * Writes a file of this name, whole and on the disk. Returns false when there is one already,
   * which stays as it is.
   */
  putIfAbsent(name: string, text: string): Promise<boolean>;
  /**
   * Moves a file of this machine, which is whole and on its disk, into the store. Its name must be
   * new.
   */
  put(name: string, localPath: string): Promise<void>;
  /** Gives a file another name. */
  move(name: string, to: string): Promise<void>;
  /** Null when there is none of this name. */
  get(name: string): Promise<Buffer | null>;
  /** In bytes; null when there is none of this name. */
  size(name: string): Promise<number | null>;
  /**
   * All files below a folder, in no order; hidden ones, which readers of the layout pass over, are
   * left out.
   */
  list(folder: string): Promise<StoredFile[]>;
  /** Nothing when it is gone already. */
  remove(name: string): Promise<void>;
  /** The place of a name, for people. */
  describe(name: string): string;
};

/**
 * The store that a folder is. `scratch` is a folder on the same file system for what is not whole
 * yet. Every call throws AppError `file_unusable` when the system refuses it; nothing half written
 * has a name that counts then.
 */
export function openFolderStore(root: string, scratch: string): FileStore {
  const at = (name: string): string => join(root, name);
  return {
    describe: at,
    putIfAbsent: async (name, text) =>
      telling(at(name), () => {
        const path = at(name);
        const temporary = join(scratch, 'version.json');
        for (const folder of [scratch, dirname(path)]) makeFolder(folder);
        try {
          writeFileSync(temporary, text);
          syncFile(temporary);
          if (!linkIfAbsent(temporary, path, text)) return false;
          syncFile(dirname(path));
          return true;
        } finally {
          rmSync(temporary, { force: true });
        }
      }),
    put: async (name, localPath) =>
      telling(at(name), () => {
        makeFolder(dirname(at(name)));
        renameSync(localPath, at(name));
        syncFile(dirname(at(name)));
      }),
    move: async (name, to) =>
      telling(at(to), () => {
        makeFolder(dirname(at(to)));
        renameSync(at(name), at(to));
        removeEmpty(root, dirname(name));
      }),
    get: async (name) =>
      telling(
        at(name),
        () => {
          try {
            return readFileSync(at(name));
          } catch (thrown) {
            if (isMissing(thrown)) return null;
            throw thrown;
          }
        },
        'read',
      ),
    size: async (name) =>
      telling(
        at(name),
        () => {
          const stat = statSync(at(name), { throwIfNoEntry: false });
          return stat?.isFile() === true ? stat.size : null;
        },
        'read',
      ),
    list: async (folder) => telling(at(folder), () => [...walk(root, folder)], 'read'),
    remove: async (name) =>
      telling(at(name), () => {
        rmSync(at(name), { force: true });
        removeEmpty(root, dirname(name));
      }),
  };
}

/** Where the file system has no hard links, the name is taken first and then filled. */
function linkIfAbsent(temporary: string, path: string, text: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw thrown;
  }
  try {
    writeFileSync(path, text, { flag: 'wx' });
    syncFile(path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

function* walk(root: string, folder: string): Generator<StoredFile> {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (thrown) {
    // It was removed with its last file in the meantime, or was never there.
    if (isMissing(thrown)) return;
    throw thrown;
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      yield* walk(root, name);
      continue;
    }
    const stat = statSync(join(root, name), { throwIfNoEntry: false });
    if (stat?.isFile()) yield { name, size: stat.size, modifiedAt: stat.mtimeMs };
  }
}

/**
 * Removes empty folders: to readers, a folder of the layout without files would be a partition
 * without data.
 */
function removeEmpty(root: string, folder: string): void {
  for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
    try {
      rmdirSync(join(root, at));
    } catch {
      // It holds something, or another process removed it first.
      return;
    }
  }
}

const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'ENOENT';

function telling<Result>(
  path: string,
  act: () => Result,
  what: 'read' | 'write' = 'write',
): Result {
  try {
    return act();
  } catch (thrown) {
    throw sayFailure(thrown, path, what);
  }
}

/**
 * The failure of a file, with what becomes of the export; what is no failure of the system comes
 * back as it is.
 */
export function sayFailure(thrown: unknown, path: string, what: 'read' | 'write'): unknown {
  const failure = systemFailure(thrown);
  if (failure === null) return thrown;
  return new AppError('file_unusable', `cannot ${what} ${path}: ${failure.message}`, {
    hint: 'what is committed stays; the same command goes on from there',
    cause: thrown,
  });
}
