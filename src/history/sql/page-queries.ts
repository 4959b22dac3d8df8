// What pages show, as SQL that people can start from.
import type { ListKind } from '../../list/list-kind.ts';

/** A watch, and the list whose views hold it. */
type Asked = { name: string; list: Pick<ListKind, 'viewPrefix'> };

/** A text as SQL writes it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The newest leaderboard of a watch, with its changes. */
export const leaderboardQuery = ({ list, name }: Asked): string =>
  `SELECT * FROM ${list.viewPrefix}leaderboard WHERE watch = ${quoted(name)} ORDER BY rank`;

/** Every snapshot's row of a product in a watch. */
export const productQuery = ({ list, name }: Asked, productId: string): string =>
  `SELECT * FROM ${list.viewPrefix}changes WHERE watch = ${quoted(name)} AND product_id = ${quoted(productId)} ORDER BY slot_at`;

/** What came of every slot of a watch. */
export const coverageQuery = (watch: string): string =>
  `SELECT strftime('%Y-%m-%dT%H:%MZ', s.slot_at / 1000, 'unixepoch') AS slot_at, s.status, s.reason, s.rows
FROM snapshots s JOIN watches w ON w.id = s.watch_id WHERE w.name = ${quoted(watch)} ORDER BY s.slot_at DESC`;

/** What fired. */
export const alertsQuery = 'SELECT * FROM alert_log ORDER BY slot_at DESC LIMIT 200';

/** What was spent. */
export const creditsQuery = 'SELECT * FROM credit_use ORDER BY day DESC';

/** What an empty console suggests. */
export const EXAMPLE = 'SELECT rank, product, rank_gain FROM leaderboard ORDER BY rank LIMIT 20';

/** The first rows of a view. */
export const viewQuery = (name: string): string => `SELECT * FROM ${name} LIMIT 20`;
