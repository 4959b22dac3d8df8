import { AppError } from '../../lib/errors.ts';

/** The first Node that the better-sqlite3 of package.json has ready builds for. */
const FIRST_NODE_WITH_BUILDS = 22;

/**
 * The same failure in words, when something that was thrown says that better-sqlite3 is not there;
 * null otherwise. npm leaves it out on Node 20, and goes on where `--omit=optional` was asked for.
 * `nodeVersion` is that of `process.versions.node`.
 */
export function missingSqlite(thrown: unknown, nodeVersion: string): AppError | null {
  const isMissing =
    thrown instanceof Error &&
    'code' in thrown &&
    (thrown.code === 'ERR_MODULE_NOT_FOUND' || thrown.code === 'MODULE_NOT_FOUND') &&
    thrown.message.includes("'better-sqlite3'");
  if (!isMissing) return null;
  const hint =
    Number.parseInt(nodeVersion, 10) < FIRST_NODE_WITH_BUILDS
      ? `This is Node ${nodeVersion}. Use Node 22 or newer, where nothing is compiled; or install it\n` +
        'beside Tidemark (Python 3, make and g++ needed): npm install --global better-sqlite3@12'
      : 'Install Tidemark again, without --omit=optional';
  return new AppError('file_unusable', 'better-sqlite3, which reads the database, is missing', {
    hint,
    cause: thrown,
  });
}
