// A bucket of an S3-compatible store as a place for backups.
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { BackupPlace, Progress } from './place.ts';
import { openBucket, statusOf, type Bucket } from './s3-client.ts';

/** Providers take parts from 5 MiB on, and 10,000 of them: 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;

/** Opens it; `partBytes` is smaller in tests. Failures are AppErrors that hold no secret. */
export function s3Place(target: Bucket, clock: Clock, partBytes = PART_BYTES): BackupPlace {
  const { store, text, keyOf, ask, list } = openBucket(target, clock, 'backup');
  const { prefix } = target;

  async function upload(
    key: string,
    path: string,
    bytes: number,
    progress: Progress,
    onProgress: (progress: Progress) => void,
  ) {
    onProgress(progress);
    const file = await open(path, 'r');
    try {
      const count = Math.ceil(bytes / partBytes);
      for (let number = progress.parts.length + 1; number <= count; number++) {
        const from = (number - 1) * partBytes;
        const part = Buffer.alloc(Math.min(partBytes, bytes - from));
        await file.read(part, 0, part.length, from);
        const { etag } = await ask(() => store.uploadPart(key, progress.uploadId, part, number));
        progress.parts.push({ partNumber: number, etag });
        onProgress(progress);
      }
    } finally {
      await file.close();
    }
    await ask(() => store.completeMultipartUpload(key, progress.uploadId, progress.parts));
  }

  return {
    text,
    async list() {
      return (await list(prefix === '' ? '' : `${prefix}/`))
        .map(({ Key }) => Key.slice(keyOf('').length))
        .filter((name) => !name.includes('/'));
    },
    async put(name, path, progress, onProgress) {
      const key = keyOf(name);
      const bytes = await sizeOf(path);
      if (bytes <= partBytes) {
        const file = await open(path, 'r');
        try {
          const whole = await file.readFile();
          await ask(() => store.putObject(key, whole, 'application/gzip'));
        } finally {
          await file.close();
        }
        return;
      }
      const begin = async (): Promise<Progress> => ({
        uploadId: await ask(() => store.getMultipartUploadId(key, 'application/gzip')),
        parts: [],
      });
      try {
        await upload(key, path, bytes, progress ?? (await begin()), onProgress);
      } catch (thrown) {
        // Providers forget uploads that were not finished: then the whole file is sent anew,
        // once.
        if (progress === null || !isForgotten(thrown)) throw thrown;
        await upload(key, path, bytes, await begin(), onProgress);
      }
    },
    putText: async (name, body) =>
      void (await ask(() => store.putObject(keyOf(name), body, 'application/json'))),
    getText: (name) => ask(() => store.getObject(keyOf(name))),
    async read(name) {
      const response = await ask(() => store.getObjectResponse(keyOf(name)));
      if (!response?.body) throw new AppError('not_found', `there is no ${text}/${name}`);
      return Readable.fromWeb(response.body);
    },
    async size(name) {
      const exists = await ask(() => store.objectExists(keyOf(name)));
      return exists === true ? ask(() => store.getContentLength(keyOf(name))) : null;
    },
    remove: async (name) => void (await ask(() => store.deleteObject(keyOf(name)))),
  };
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

const isForgotten = (thrown: unknown): boolean => statusOf(thrown) === 404;
