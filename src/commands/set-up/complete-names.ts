import { readAppConfig } from '../../open-app.ts';
import { SHIPPED_QUERIES } from '../../history/sql/shipped.ts';
import { listProductNames } from '../../store/reading/names.ts';
import { openToRead } from '../../store/file/open-to-read.ts';
import type { Io } from '../../terminal/io.ts';

/** More than this, and a shell would ask whether to show them. */
const MOST_PRODUCTS = 100;

/**
 * Names for shell completion, by what they name. Without a config or a database there are none: the
 * shell must not print errors while somebody types.
 */
export function namesForShell(io: Io, config: string | undefined): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>([
    ['query', SHIPPED_QUERIES.map(({ name }) => `@${name}`)],
  ]);
  try {
    const read = readAppConfig(io, config, 'spared', null);
    for (const [kind, things] of [
      ['watch', read.watches],
      ['rule', read.rules],
      ['channel', read.channels],
      ['digest', read.digests],
    ] as const)
      names.set(
        kind,
        things.map(({ name }) => name),
      );
    const db = openToRead(read.database);
    try {
      names.set('product', listProductNames(db, MOST_PRODUCTS));
    } finally {
      db.close();
    }
  } catch {
    // No config, or nothing stored yet: offer the names found so far.
  }
  return names;
}
