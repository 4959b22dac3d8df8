// A bucket of an S3-compatible store as a place for backups. The library s3mini signs requests,
// sends in parts and lists.
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { S3mini, S3ServiceError } from 's3mini';
import type { BackupTarget } from '../config/config.ts';
import { MINUTE_MS, SECOND_MS, type Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { BackupPlace, Progress } from './place.ts';

/** Providers take parts from 5 MiB on, and 10,000 of them: 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;
/** How long one part may take on a slow line. */
const REQUEST_MS = 10 * MINUTE_MS;
const PAUSES_MS = [SECOND_MS, 5 * SECOND_MS, 20 * SECOND_MS];

type Bucket = Extract<BackupTarget, { kind: 's3' }>;

/** Opens it; `partBytes` is smaller in tests. Failures are AppErrors that hold no secret. */
export function s3Place(target: Bucket, clock: Clock, partBytes = PART_BYTES): BackupPlace {
  const { bucket, prefix, endpoint, region, accessKeyId, secretAccessKey } = target;
  const store = new S3mini({
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    endpoint: `${endpoint}/${bucket}`,
    region,
    requestAbortTimeout: REQUEST_MS,
    fetch: withoutLength,
  });
  const text = `s3://${[bucket, prefix].filter((part) => part !== '').join('/')}`;
  const keyOf = (name: string) => (prefix === '' ? name : `${prefix}/${name}`);
  const ask = <Value>(work: () => Promise<Value>) => trying(text, clock, work);

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
      const found = await ask(() => store.listObjects('/', prefix === '' ? '' : `${prefix}/`));
      if (found === null) throw noBucket(text);
      return found
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

/**
 * fetch counts the body itself. A second length, which s3mini adds, makes the header invalid for
 * the undici that the rest of Tidemark uses, which fetch goes through once it is loaded.
 */
const withoutLength: typeof fetch = (url, init) => {
  const headers = new Headers(init?.headers);
  headers.delete('content-length');
  return fetch(url, { ...init, headers });
};

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

const statusOf = (thrown: unknown): number | null =>
  thrown instanceof S3ServiceError ? thrown.status : null;
const isForgotten = (thrown: unknown): boolean =>
  thrown instanceof AppError && statusOf(thrown.cause) === 404;

/** Tries up to three times what may work a moment later. */
async function trying<Value>(
  place: string,
  clock: Clock,
  work: () => Promise<Value>,
): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (thrown) {
      const status = statusOf(thrown);
      const isPassing = status === null || status >= 500 || status === 429 || status === 408;
      const pauseMs = isPassing ? PAUSES_MS[tries] : undefined;
      if (pauseMs === undefined) throw failure(place, thrown);
      await clock.sleep(pauseMs);
    }
  }
}

function failure(place: string, thrown: unknown): AppError {
  if (!(thrown instanceof S3ServiceError))
    return new AppError('file_unusable', `${place} cannot be reached: ${causeOf(thrown)}`, {
      hint: 'see backup.endpoint in the config',
      cause: thrown,
    });
  if (thrown.status === 404) return noBucket(place, thrown);
  const code =
    /<Code>(\w+)<\/Code>/.exec(thrown.body ?? '')?.[1] ?? thrown.serviceCode ?? 'no code';
  const hint =
    thrown.status === 403 || thrown.status === 401
      ? { hint: 'see access_key_id, secret_access_key and region of backup in the config' }
      : {};
  return new AppError('file_unusable', `${place} answers HTTP ${thrown.status} (${code})`, {
    ...hint,
    cause: thrown,
  });
}

const noBucket = (place: string, cause?: unknown): AppError =>
  new AppError('file_unusable', `${place}: there is no such bucket, or no such upload`, {
    hint: 'make the bucket first',
    cause,
  });

/** `ECONNREFUSED`, rather than "fetch failed". */
function causeOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : messageOf(thrown);
}
