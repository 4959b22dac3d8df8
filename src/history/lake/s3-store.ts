// A bucket of an S3-compatible store as the place of a lake's table.
import { readFileSync, rmSync } from 'node:fs';
import type { S3mini } from 's3mini';
import { statusOf, type S3Client } from '../../backup/s3-client.ts';
import type { FileStore } from '../export/file-store.ts';

/** Larger files go in parts. */
const PART_BYTES = 16 * 1024 * 1024;

type UploadPart = Awaited<ReturnType<S3mini['uploadPart']>>;
type Headers = NonNullable<Parameters<S3mini['putObject']>[4]>;

/** A PUT with it is refused where something is there already. The library's type knows only x-amz-. */
export const IF_ABSENT = { 'If-None-Match': '*' } as Headers;

/** Answers that say somebody else was faster. */
const isTaken = (status: number | null): boolean => status === 412 || status === 409;

/**
 * The store below `folder`, which may be empty. `isConditional`: the store heeds `If-None-Match`.
 * Where it does not, it is looked first whether a version is there: that is safe for one writer
 * alone.
 */
export function s3Store(client: S3Client, folder: string, isConditional: boolean): FileStore {
  const { store, ask, text } = client;
  const base = client.keyOf(folder);
  const keyOf = (name: string) => [base, name].filter((part) => part !== '').join('/');
  const get = async (name: string): Promise<Buffer | null> => {
    const bytes = await ask(() => store.getObjectArrayBuffer(keyOf(name)));
    return bytes === null ? null : Buffer.from(bytes);
  };
  return {
    describe: (name) => `${text}/${[folder, name].filter((part) => part !== '').join('/')}`,
    async putIfAbsent(name, body) {
      if (!isConditional && (await get(name)) !== null) return false;
      try {
        await ask(() =>
          store.putObject(
            keyOf(name),
            body,
            'application/json',
            undefined,
            isConditional ? IF_ABSENT : undefined,
          ),
        );
        return true;
      } catch (thrown) {
        if (!isTaken(statusOf(thrown))) throw thrown;
        // The answer to our own first try may have been lost on the way.
        return (await get(name))?.toString('utf8') === body;
      }
    },
    async put(name, localPath) {
      const whole = readFileSync(localPath);
      if (whole.length <= PART_BYTES)
        await ask(() => store.putObject(keyOf(name), whole, 'application/octet-stream'));
      else {
        const id = await ask(() =>
          store.getMultipartUploadId(keyOf(name), 'application/octet-stream'),
        );
        const parts: UploadPart[] = [];
        for (let from = 0; from < whole.length; from += PART_BYTES)
          parts.push(
            await ask(() =>
              store.uploadPart(
                keyOf(name),
                id,
                whole.subarray(from, from + PART_BYTES),
                parts.length + 1,
              ),
            ),
          );
        await ask(() => store.completeMultipartUpload(keyOf(name), id, parts));
      }
      rmSync(localPath, { force: true });
    },
    async move(name, to) {
      await ask(() => store.copyObject(keyOf(name), keyOf(to)));
      await ask(() => store.deleteObject(keyOf(name)));
    },
    get,
    async size(name) {
      const exists = await ask(() => store.objectExists(keyOf(name)));
      return exists === true ? ask(() => store.getContentLength(keyOf(name))) : null;
    },
    async list(below) {
      const prefix = `${keyOf(below)}/`;
      return (await client.list(prefix)).map(({ Key, Size, LastModified }) => ({
        name: Key.slice(base === '' ? 0 : base.length + 1),
        size: Number(Size),
        modifiedAt: new Date(LastModified).getTime(),
      }));
    },
    remove: async (name) => void (await ask(() => store.deleteObject(keyOf(name)))),
  };
}
