import type { Db } from '../file/open.ts';

/**
 * A number that is another one whenever some other connection has changed the file since it was
 * asked last. It says nothing beyond this connection.
 */
export const dataVersion = (db: Db): number =>
  db.statement('PRAGMA data_version').pluck().get() as number;
