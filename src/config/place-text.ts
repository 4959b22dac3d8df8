// Where backups or a lake go, for people: without secrets.
import type { BackupTarget } from './config.ts';

/** `s3://bucket/prefix`. */
export const bucketText = ({ bucket, prefix }: { bucket: string; prefix: string }): string =>
  `s3://${[bucket, prefix].filter((part) => part !== '').join('/')}`;

/** A folder by its path, a bucket as its URL. */
export const placeText = (to: BackupTarget): string =>
  to.kind === 'folder' ? to.path : bucketText(to);
