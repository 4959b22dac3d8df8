import { dirname, join } from 'node:path';
import { readAppConfig } from '../../open-app.ts';
import { listSaved } from '../../history/sql/saved.ts';
import { SHIPPED_QUERIES } from '../../history/sql/shipped.ts';
import { manualSubjects } from '../../report/manual-pages.ts';
import { listAlerts } from '../../store/alerts/alert-log.ts';
import { listActiveSilences } from '../../store/alerts/silences.ts';
import { listBackups } from '../../store/file/backup.ts';
import type { Db } from '../../store/file/open.ts';
import { openToRead } from '../../store/file/open-to-read.ts';
import { listDeliveries } from '../../store/outbox/delivery-log.ts';
import { listProductNames, listProductNamesOf } from '../../store/reading/names.ts';
import { listTokens } from '../../store/web/tokens.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Io } from '../../terminal/io.ts';

/** More than this, and a shell would ask whether to show them. */
const MOST_PRODUCTS = 100;
/** Of alerts and deliveries the newest: who wants an older one knows its id. */
const MOST_IDS = 20;

/**
 * Names and ids for shell completion, by what they name; `watch`: the one whose products are meant.
 * Without a config or a database there are few: the shell must not print errors while somebody
 * types.
 */
export function namesForShell(
  io: Io,
  config: string | undefined,
  watch?: string,
): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>([
    ['query', SHIPPED_QUERIES.map(({ name }) => `@${name}`)],
    ['page', manualSubjects()],
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
    names.set(
      'query',
      listSaved(join(dirname(read.path), 'queries')).map(({ name }) => `@${name}`),
    );
    names.set(
      'backup',
      listBackups(read.database)
        .map(({ path }) => path)
        .reverse(),
    );
    const db = openToRead(read.database);
    try {
      // The oldest tables first: a file of an older version has no others, and ends it there.
      for (const [kind, stored] of Object.entries(STORED))
        names.set(kind, stored(db, io.clock.now(), watch));
    } finally {
      db.close();
    }
  } catch {
    // No config, or nothing stored yet: offer the names found so far.
  }
  return names;
}

/** What the database knows, in the order in which its tables came to be: see above. */
const STORED: Readonly<
  Record<string, (db: Db, now: Instant, watch: string | undefined) => string[]>
> = {
  product: (db, _, watch) =>
    watch === undefined
      ? listProductNames(db, MOST_PRODUCTS)
      : listProductNamesOf(db, watch, MOST_PRODUCTS),
  alert: (db) => idsOf(listAlerts(db, { told: 'told' }, MOST_IDS)),
  silence: (db, now) => idsOf(listActiveSilences(db, now)),
  delivery: (db) => idsOf(listDeliveries(db, {}, MOST_IDS)),
  token: (db) =>
    listTokens(db)
      .filter(({ revokedAt }) => revokedAt === null)
      .map(({ name }) => name),
};

const idsOf = (rows: readonly { id: number }[]): string[] => rows.map(({ id }) => String(id));
