import {
  chmodSync,
  createReadStream,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../lib/errors.ts';
import { syncFile } from '../lib/sync-file.ts';
import { giveToFolder, makeFolder } from '../store/file/same-readers.ts';
import type { BackupPlace } from './place.ts';

/**
 * A folder, made when the first backup comes. Files there get the rights `mode`. A copy that was cut
 * off is begun anew.
 */
export function folderPlace(folder: string, mode = 0o640): BackupPlace {
  const at = (name: string) => join(folder, name);
  /** Written, on the disk, and only then under its name. */
  const publish = (name: string) => {
    const partial = `${at(name)}.partial`;
    chmodSync(partial, mode);
    giveToFolder(partial);
    syncFile(partial);
    renameSync(partial, at(name));
    syncFile(folder);
  };
  const prepare = () => {
    // A folder that is missing is made. If its parent is missing too, its disk is probably not
    // mounted, and nothing is made.
    if (!existsSync(folder) && !existsSync(dirname(folder)))
      throw new AppError('file_unusable', `there is no folder ${dirname(folder)}`, {
        hint: 'make it, or mount its disk; see backup.to in the config',
      });
    makeFolder(folder);
  };
  return {
    text: folder,
    list: async () => (existsSync(folder) ? readdirSync(folder) : []),
    async put(name, path) {
      prepare();
      await copyFile(path, `${at(name)}.partial`);
      publish(name);
    },
    async putText(name, text) {
      prepare();
      writeFileSync(`${at(name)}.partial`, text);
      publish(name);
    },
    getText: async (name) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : null),
    async read(name) {
      if (!existsSync(at(name))) throw new AppError('not_found', `there is no file ${at(name)}`);
      return createReadStream(at(name));
    },
    size: async (name) => statSync(at(name), { throwIfNoEntry: false })?.size ?? null,
    remove: async (name) => rmSync(at(name), { force: true }),
  };
}
