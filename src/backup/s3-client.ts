/**
 * A bucket of an S3-compatible store. The library s3mini signs requests, sends in parts and lists;
 * here is what is tried again, and what is said of failures.
 */
import { S3mini, S3ServiceError } from 's3mini';
import { Agent, fetch as undiciFetch } from 'undici';
import type { BackupTarget } from '../config/config.ts';
import { bucketText } from '../config/place-text.ts';
import { BLOCKED_CODE, guardedLookup, isBlockedLiteral } from '../lib/address-guard.ts';
import { deadline, MINUTE_MS, SECOND_MS, type Clock } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { AppError, messageOf } from '../lib/errors.ts';

/** How long one part may take on a slow line. */
const REQUEST_MS = 10 * MINUTE_MS;
const PAUSES_MS = [SECOND_MS, 5 * SECOND_MS, 20 * SECOND_MS];

export type Bucket = Extract<BackupTarget, { kind: 's3' }>;

export type S3Client = {
  store: S3mini;
  /** `s3://bucket/prefix`. */
  text: string;
  keyOf: (name: string) => string;
  /**
   * Does work on the store, up to four times where it may go well a moment later. Failures are
   * AppErrors that hold no secret; `cause` is what the store answered.
   */
  ask: <Value>(work: () => Promise<Value>) => Promise<Value>;
  /** Objects whose keys begin so. @throws as `ask`, and where the bucket is not there. */
  list: (prefix: string) => Promise<ListedObject[]>;
};

type ListedObject = NonNullable<Awaited<ReturnType<S3mini['listObjects']>>>[number];

export type BucketOptions = {
  /** Addresses that are not public are refused. */
  isGuarded?: boolean;
  /** Ends what is asked just now, and what would be tried again. Answers are read whole then. */
  stop?: AbortSignal;
  requestMs?: number;
};

/** Opens it; nothing is asked of it yet. `section` of the config is named in what is said. */
export function openBucket(
  target: Bucket,
  clock: Clock,
  section: 'backup' | 'lake',
  { isGuarded = false, stop, requestMs = REQUEST_MS }: BucketOptions = {},
): S3Client {
  const { bucket, prefix, endpoint, region, accessKeyId, secretAccessKey } = target;
  const store = new S3mini({
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    endpoint: `${endpoint}/${bucket}`,
    region,
    requestAbortTimeout: REQUEST_MS,
    fetch: stoppable(isGuarded ? guardedFetch() : withoutLength, stop, requestMs),
  });
  const text = bucketText(target);
  const ask: S3Client['ask'] = (work) => trying(text, section, clock, stop, work);
  return {
    store,
    text,
    ask,
    async list(prefix) {
      // s3mini 1.0.2 signs a query with these otherwise than it is sent by the rules of SigV4.
      const [signable = ''] = prefix.split(/[!'()*]/, 1);
      const found = await ask(() => store.listObjects('/', signable));
      if (found === null) throw noBucket(text);
      return signable === prefix ? found : found.filter(({ Key }) => Key.startsWith(prefix));
    },
    keyOf: (name) => (prefix === '' ? name : `${prefix}/${name}`),
  };
}

/** What the store answered, of an error of `ask`; null when it did not answer. */
export const statusOf = (thrown: unknown): number | null => {
  const cause = thrown instanceof AppError ? thrown.cause : thrown;
  return cause instanceof S3ServiceError ? cause.status : null;
};

/**
 * fetch counts the body itself. A second length, which s3mini adds, makes the header invalid for
 * the undici that the rest of Tidemark uses, which fetch goes through once it is loaded.
 */
const withoutLength: typeof fetch = (url, init) => {
  const headers = new Headers(init?.headers);
  headers.delete('content-length');
  return fetch(url, { ...init, headers });
};

/** Neither the address nor what its name leads to may be private. */
function guardedFetch(): typeof fetch {
  const dispatcher = new Agent({ connect: { lookup: guardedLookup() } });
  return async (url: string | URL | Request, init?: RequestInit) => {
    if (isBlockedLiteral(new URL(url instanceof Request ? url.url : url)))
      throw Object.assign(new Error('the address is not public'), {
        cause: { code: BLOCKED_CODE },
      });
    const headers = new Headers(init?.headers);
    headers.delete('content-length');
    return undiciFetch(url as string, {
      ...(init as object),
      headers: [...headers] as [string, string][],
      dispatcher,
    });
  };
}

/** Limits how long an answer takes, to its last byte. */
const stoppable =
  (ask: typeof fetch, stop: AbortSignal | undefined, ms: number): typeof fetch =>
  async (url, init) => {
    if (stop === undefined) return ask(url, init);
    const limit = deadline(ms, stop);
    try {
      const { status, statusText, headers, ...rest } = await readWhole(
        await ask(url, { ...init, signal: limit.signal }),
      );
      return new Response(rest.body, { status, statusText, headers });
    } catch (thrown) {
      throw limit.isOver() ? new Error(`no answer within ${formatDuration(ms)}`) : thrown;
    } finally {
      limit.release();
    }
  };

async function readWhole(answer: Response) {
  const { status, statusText, headers } = answer;
  const body = await answer.arrayBuffer();
  return { status, statusText, headers, body: body.byteLength === 0 ? null : body };
}

/** Tries up to three times what may work a moment later. */
async function trying<Value>(
  place: string,
  section: string,
  clock: Clock,
  stop: AbortSignal | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (thrown) {
      if (stop?.aborted) throw stopped(place);
      const status = statusOf(thrown);
      const isPassing =
        (status === null && causeOf(thrown) !== BLOCKED_CODE) ||
        (status !== null && status >= 500 && status !== 501) ||
        status === 429 ||
        status === 408;
      const pauseMs = isPassing ? PAUSES_MS[tries] : undefined;
      if (pauseMs === undefined) throw failure(place, section, thrown);
      await clock.sleep(pauseMs, stop);
      if (stop?.aborted) throw stopped(place);
    }
  }
}

const stopped = (place: string): AppError =>
  new AppError('file_unusable', `stopped while ${place} had not answered`, {
    hint: 'what is committed stays; the same command goes on from there',
  });

function failure(place: string, section: string, thrown: unknown): AppError {
  if (causeOf(thrown) === BLOCKED_CODE)
    return new AppError('file_unusable', `${place} is at an address that is not public`, {
      hint: `allow it with ${section}.allow_private in the config, if it is yours`,
      cause: thrown,
    });
  if (!(thrown instanceof S3ServiceError))
    return new AppError('file_unusable', `${place} cannot be reached: ${causeOf(thrown)}`, {
      hint: `see ${section}.endpoint in the config`,
      cause: thrown,
    });
  if (thrown.status === 404) return noBucket(place, thrown);
  const code =
    /<Code>(\w+)<\/Code>/.exec(thrown.body ?? '')?.[1] ?? thrown.serviceCode ?? 'no code';
  const hint = hintFor(thrown.status, code, section);
  return new AppError('file_unusable', `${place} answers HTTP ${thrown.status} (${code})`, {
    ...(hint !== null && { hint }),
    cause: thrown,
  });
}

function hintFor(status: number, code: string, section: string): string | null {
  // A signature holds for minutes.
  if (code === 'RequestTimeTooSkewed')
    return 'set the clock of this machine: it differs from that of the store';
  if (status === 403 || status === 401)
    return `see access_key_id, secret_access_key and region of ${section} in the config`;
  if (status < 500 && status !== 429) return null;
  return 'the store refuses it for now; what is committed stays, and the same command goes on from there';
}

/** What is said where the bucket is not there. */
export const noBucket = (place: string, cause?: unknown): AppError =>
  new AppError('file_unusable', `${place}: there is no such bucket, or no such upload`, {
    hint: 'make the bucket first',
    cause,
  });

/** `ECONNREFUSED`, rather than "fetch failed": the first code of what caused it, or the last words. */
function causeOf(thrown: unknown): string {
  const { code, cause } = thrown as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return typeof cause === 'object' && cause !== null ? causeOf(cause) : messageOf(thrown);
}
