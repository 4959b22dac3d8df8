// Which change columns rules ask for, and what follows from that.
import { KEY_COLUMNS } from '../change/columns.ts';
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

/** Of what says which list and product a row is about, these never change. */
const SAME_FOR_EVER: ReadonlySet<string> = new Set(['watch', 'region', 'time_scope', 'product_id']);

/**
 * While a product stays away, and is not in the baseline either, does a rule's `when` stay what it
 * is? Times change from slot to slot, and names and groups with other lists.
 */
export const isFixedWhileAway = (rule: Rule): boolean =>
  !wordsIn(rule).when.some((word) => KEY_COLUMNS.has(word) && !SAME_FOR_EVER.has(word));
