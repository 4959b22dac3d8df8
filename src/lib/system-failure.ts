import { AppError } from './errors.ts';

/**
 * Calls that are about files. A failure of any other call, such as `connect`, is told by whoever
 * made it.
 */
const FILE_CALLS: ReadonlySet<string> = new Set([
  'open',
  'mkdir',
  'mkdtemp',
  'read',
  'write',
  'fsync',
  'rename',
  'link',
  'readlink',
  'realpath',
  'statfs',
  'unlink',
  'rm',
  'rmdir',
  'scandir',
  'stat',
  'lstat',
  'chmod',
  'copyfile',
  'ftruncate',
  'close',
]);

/**
 * What the system says when a file cannot be read or written, in words:
 * `no space left on device: /data/x.csv (ENOSPC)`; null when something else was thrown.
 */
export function systemFailure(thrown: unknown): AppError | null {
  if (!(thrown instanceof Error)) return null;
  const { code, syscall, path, message } = thrown as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !FILE_CALLS.has(syscall)) return null;
  // Node's message is `ENOSPC: no space left on device, write`, with the path behind that where it
  // knows one.
  const words = new RegExp(`^${code}: (.*?), ${syscall}`).exec(message)?.[1] ?? message;
  return new AppError(
    'file_unusable',
    `${words}${path === undefined ? '' : `: ${path}`} (${code})`,
    { cause: thrown },
  );
}
