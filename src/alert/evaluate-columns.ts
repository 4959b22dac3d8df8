// Which change columns rules ask for, and what follows from that.
import { wordsOf } from '../change/tokens.ts';
import type { Rule } from '../config/config.ts';

/** The words of each rule, found once for each config. */
const WORDS = new WeakMap<Rule, { when: readonly string[]; all: readonly string[] }>();

function wordsIn(rule: Rule) {
  const known = WORDS.get(rule);
  if (known !== undefined) return known;
  const when = wordsOf(rule.when);
  const words = { when, all: [...when, ...wordsOf(rule.clear ?? '')] };
  WORDS.set(rule, words);
  return words;
}

/**
 * The words that rules use in `when` and `clear`: their columns, and functions and keywords too.
 */
export const namedBy = (rules: readonly Rule[]): Set<string> =>
  new Set(rules.flatMap((rule) => wordsIn(rule).all));

/** Columns that are no metrics, and still change while a product stays away. */
const MOVING: ReadonlySet<string> = new Set([
  'slot_at',
  'data_date',
  'taken_at',
  'product',
  'category_l1',
  'category_l2',
  'baseline_at',
  'gap_days',
]);

/**
 * Does a rule's `when` keep its answer while a product stays away and is not in the baseline
 * either? Not when it uses times, which change from slot to slot, or names and groups, which other
 * lists may change.
 */
export const isFixedWhileAway = (rule: Rule): boolean =>
  !wordsIn(rule).when.some((word) => MOVING.has(word));
