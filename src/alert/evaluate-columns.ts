// Which change columns rules ask for, and what follows from that.
import { wordsOf } from '../change/tokens.ts';
import type { Rule } from '../config/config.ts';

/** Words by rule, worked out once a config. */
const WORDS = new WeakMap<Rule, { when: readonly string[]; all: readonly string[] }>();

function wordsIn(rule: Rule) {
  const known = WORDS.get(rule);
  if (known !== undefined) return known;
  const when = wordsOf(rule.when);
  const words = { when, all: [...when, ...wordsOf(rule.clear ?? '')] };
  WORDS.set(rule, words);
  return words;
}

/** What rules ask for, in `when` and `clear`: columns, among other words. */
export const namedBy = (rules: readonly Rule[]): Set<string> =>
  new Set(rules.flatMap((rule) => wordsIn(rule).all));

/** Of what says which list and product a row is about, what changes beside the metrics. */
const MOVING: ReadonlySet<string> = new Set([
  'slot_at',
  'taken_at',
  'product',
  'category_l1',
  'category_l2',
  'baseline_at',
  'gap_days',
]);

/**
 * While a product stays away, and is not in the baseline either, does a rule's `when` stay what it
 * is? Times change from slot to slot, and names and groups with other lists.
 */
export const isFixedWhileAway = (rule: Rule): boolean =>
  !wordsIn(rule).when.some((word) => MOVING.has(word));
