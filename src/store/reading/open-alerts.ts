import type { Severity } from '../../config/config.ts';
import type { Quiet } from '../../model.ts';
import type { Db } from '../file/open.ts';

/** An alert that fires now. */
export type OpenAlert = {
  id: number;
  /** Upstream id. */
  product: string;
  rule: string;
  severity: Severity;
  quiet: Quiet | null;
};

/** The alerts of a watch that fire now, the newest first. */
export const listOpenAlerts = (db: Db, watch: string): OpenAlert[] =>
  db
    .statement(
      `SELECT a.id, p.upstream_id AS product, ru.name AS rule,
        a.severity, a.quiet
      FROM alerts a JOIN watches w ON w.id = a.watch_id JOIN rules ru ON ru.id = a.rule_id
      JOIN products p ON p.id = a.product_id
      WHERE w.name = ? AND a.resolved_at IS NULL ORDER BY a.id DESC`,
    )
    .all(watch) as OpenAlert[];

/** The alerts of a watch that fire now, by product. */
export function alertsByProduct(db: Db, watch: string): Map<string, OpenAlert[]> {
  const found = new Map<string, OpenAlert[]>();
  for (const alert of listOpenAlerts(db, watch)) {
    const known = found.get(alert.product);
    if (known === undefined) found.set(alert.product, [alert]);
    else known.push(alert);
  }
  return found;
}
