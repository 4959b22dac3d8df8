// What `tidemark restore` was given, as a plain database file: a file, a compressed one, a folder of
// backups, or an S3-compatible store.
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fetchBackup, openPacked, type Fetched } from '../../backup/fetch.ts';
import { folderPlace } from '../../backup/folder-place.ts';
import { openPlace } from '../../backup/open-place.ts';
import { listKept } from '../../backup/prune.ts';
import type { BackupTarget } from '../../config/config.ts';
import { AppError } from '../../lib/errors.ts';
import { awsEndpoint, parseS3Url } from '../../lib/s3-url.ts';
import { makeSecret } from '../../lib/secret.ts';
import { readAppConfig } from '../../open-app.ts';
import { listBackups } from '../../store/file/backup.ts';
import type { Io } from '../../terminal/io.ts';

type Asked = { file: string; config?: string | undefined; database?: string | undefined };

/** @throws AppError `not_found`, `usage`, `file_unusable`. Call `release` when it is restored. */
export async function openRestoreSource(io: Io, asked: Asked, database: string): Promise<Fetched> {
  if (/^s3:/i.test(asked.file)) {
    const { target, name } = readS3(io, asked);
    io.stderr(`fetching ${asked.file} …\n`);
    return fetchBackup(await openPlace(target, io.clock, database), name, database);
  }
  const path = resolve(io.cwd, asked.file);
  if (!existsSync(path)) {
    const newest = listBackups(database).at(-1);
    throw new AppError(
      'not_found',
      `there is no file ${asked.file}`,
      newest === undefined ? {} : { hint: `the newest backup is ${newest.path}` },
    );
  }
  if (statSync(path).isDirectory()) return newestOf(path, database);
  if (path.endsWith('.gz')) return openPacked(path, database);
  return { path, name: asked.file, release: () => {} };
}

/** Of both kinds: compressed ones with a manifest, and plain ones of `tidemark backup`. */
async function newestOf(folder: string, database: string): Promise<Fetched> {
  const place = folderPlace(folder);
  const kept = await listKept(place, database);
  const packed = (kept.length > 0 ? kept : await listKept(place, null)).at(-1);
  const plain = listBackups(database, folder).at(-1);
  if (plain !== undefined && plain.at > (packed?.at ?? 0))
    return { path: plain.path, name: plain.path, release: () => {} };
  return fetchBackup(place, packed?.file ?? null, database);
}

/** `s3://bucket/prefix`, or one backup in it: `s3://bucket/prefix/tidemark-….db.gz`. */
function readS3(io: Io, asked: Asked): { target: BackupTarget; name: string | null } {
  const [, place = asked.file, name = null] = /^(.+)\/([^/]+\.db\.gz)$/.exec(asked.file) ?? [];
  const parsed = parseS3Url(place);
  if (parsed === undefined)
    throw new AppError('usage', `${asked.file} is no s3://bucket or s3://bucket/prefix`);
  return { target: { kind: 's3', ...parsed, ...access(io, asked) }, name };
}

/** The environment wins, so that a machine on which nothing is set up yet can restore. */
function access(io: Io, { config, database }: Asked) {
  const { env } = io;
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId && secretAccessKey) {
    const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1';
    const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || awsEndpoint(region);
    return {
      accessKeyId,
      secretAccessKey: makeSecret(secretAccessKey),
      region,
      endpoint: endpoint.replace(/\/+$/, ''),
    };
  }
  const to = database === undefined ? readAppConfig(io, config, 'needed').backup?.to : undefined;
  if (to?.kind === 's3') {
    const { region, endpoint } = to;
    return { accessKeyId: to.accessKeyId, secretAccessKey: to.secretAccessKey, region, endpoint };
  }
  throw new AppError('usage', 'there is no key for that store', {
    hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_REGION, AWS_ENDPOINT_URL), or name a config whose backup goes to s3://',
  });
}
