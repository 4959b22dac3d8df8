// The alerts of one config beside those of another, over the same history. Pure.
import { isTold, type Counted } from './figures.ts';

/**
 * One side of the comparison. Only told alerts count. `ruleNames` by id: each replay has ids of its
 * own, but names are the same on both sides.
 */
export type Side = { counted: readonly Counted[]; ruleNames: ReadonlyMap<number, string> };

export type Difference = {
  onlyHere: Counted[];
  onlyThere: Counted[];
  /** By rule, in alphabetical order; rules that never fired on either side are left out. */
  rules: { rule: string; both: number; onlyHere: number; onlyThere: number }[];
};

/** The same alert on both sides: rule, list, product and the slot where it fired are the same. */
export function differenceOf(here: Side, there: Side): Difference {
  const [inHere, inThere] = [keyed(here), keyed(there)];
  const onlyHere = [...inHere].filter(([key]) => !inThere.has(key)).map(([, one]) => one);
  const onlyThere = [...inThere].filter(([key]) => !inHere.has(key)).map(([, one]) => one);
  const rules = new Map<string, Difference['rules'][number]>();
  const add = (rule: string, field: 'both' | 'onlyHere' | 'onlyThere') => {
    const row = rules.get(rule) ?? { rule, both: 0, onlyHere: 0, onlyThere: 0 };
    rules.set(rule, { ...row, [field]: row[field] + 1 });
  };
  for (const [key, { ruleId }] of inHere)
    add(here.ruleNames.get(ruleId) ?? '', inThere.has(key) ? 'both' : 'onlyHere');
  for (const { ruleId } of onlyThere) add(there.ruleNames.get(ruleId) ?? '', 'onlyThere');
  return {
    onlyHere,
    onlyThere,
    rules: [...rules.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1)),
  };
}

const keyed = ({ counted, ruleNames }: Side): Map<string, Counted> =>
  new Map(
    counted
      .filter(isTold)
      .map((one) => [
        JSON.stringify([ruleNames.get(one.ruleId), one.seriesId, one.productId, one.slotAt]),
        one,
      ]),
  );
