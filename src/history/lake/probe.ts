// Does a store keep two writers apart?
import { randomUUID } from 'node:crypto';
import { statusOf, type S3Client } from '../../backup/s3-client.ts';
import { IF_ABSENT } from './s3-store.ts';

/**
 * Asks the store to put one name twice: who heeds `If-None-Match` refuses the second with 412. Some
 * stores ignore it and overwrite; others refuse the first, since they do not know the header.
 */
export async function isHeeded({ store, ask, keyOf }: S3Client): Promise<boolean> {
  const key = keyOf(`_probe/${randomUUID()}`);
  const put = () => ask(() => store.putObject(key, 'x', 'text/plain', undefined, IF_ABSENT));
  try {
    await put();
  } catch (thrown) {
    if (statusOf(thrown) === 501 || statusOf(thrown) === 400) return false;
    throw thrown;
  }
  try {
    await put();
    return false;
  } catch (thrown) {
    if (statusOf(thrown) === 412) return true;
    throw thrown;
  } finally {
    await ask(() => store.deleteObject(key));
  }
}
