// An alert as it is told to people and programs.
import { keyColumns } from '../change/columns.ts';
import type { Rule } from '../config/config.ts';
import { isoTime } from '../lib/clock.ts';
import { SHIPPED_LISTS } from '../list/shipped.ts';
import type { AlertFact } from '../message/alerts.ts';
import type { ChangeValues } from '../model.ts';
import type { AlertHead } from '../store/alerts/alerts.ts';

/**
 * The columns that stand beside `change` in a message, or above all its alerts: `change` leaves
 * them out.
 */
const KEYS: ReadonlySet<string> = new Set(SHIPPED_LISTS.flatMap((list) => [...keyColumns(list)]));

/**
 * An alert as messages and `alerts --json` tell it: with the words of its rule, and one of its
 * change rows.
 */
export function alertFact(
  alert: AlertHead,
  rule: Pick<Rule, 'name' | 'description' | 'when' | 'clear'>,
  change: ChangeValues,
  event: AlertFact['event'],
): AlertFact {
  const { product_id, product, category_l1, category_l2, baseline_at, gap_days, data_date } =
    change;
  const text = (value: typeof product) => (typeof value === 'string' ? value : null);
  return {
    id: alert.id,
    rule: rule.name,
    description: rule.description,
    severity: alert.severity,
    state: event === 'resolved' ? 'resolved' : 'firing',
    event,
    fired_at: isoTime(alert.firedAt),
    slot_at: isoTime(alert.slotAt),
    ...(typeof data_date === 'string' ? { data_date } : {}),
    resolved_at: alert.resolvedAt === null ? null : isoTime(alert.resolvedAt),
    resolved_slot_at: alert.resolvedSlotAt === null ? null : isoTime(alert.resolvedSlotAt),
    product: {
      id: String(product_id),
      name: String(product),
      category_l1: text(category_l1),
      category_l2: text(category_l2),
    },
    change: changesIn(change),
    baseline_at: text(baseline_at),
    gap_days: typeof gap_days === 'number' ? gap_days : null,
    when: rule.when,
    clear: rule.clear,
  };
}

/** One object per change row: in a storm many rules tell of the same product. */
const told = new WeakMap<ChangeValues, ChangeValues>();

/** The change row without the columns that only say which list and which product it is about. */
function changesIn(change: ChangeValues): ChangeValues {
  const known = told.get(change);
  if (known !== undefined) return known;
  const changes = Object.fromEntries(Object.entries(change).filter(([name]) => !KEYS.has(name)));
  told.set(change, changes);
  return changes;
}
