// What values a change column can have, where that is known: for warnings, never for decisions.
import type { Watch } from '../config/config.ts';
import { metricColumn, type ListKind } from '../list/list-kind.ts';
import { DEFAULT_LIST } from '../list/shipped.ts';

/** The lists that a rule looks at. */
export type RuleScope = {
  watches: readonly Pick<Watch, 'name' | 'list' | 'asked' | 'depth'>[];
};

/**
 * Each list once. A rule that looks at no watch is checked against the list that a watch has by
 * default.
 */
export function listsOf({ watches }: RuleScope): readonly ListKind[] {
  const lists = [...new Set(watches.map(({ list }) => list))];
  return lists.length > 0 ? lists : [DEFAULT_LIST];
}

export type Domain = {
  /** Can `column op value` be true? */
  may(op: string, value: string | number): boolean;
  /** The values in words, as they follow "it is". */
  words: string;
};

/** Null for a column whose values are not known well enough. */
export function domainOf(column: string, scope: RuleScope): Domain | null {
  const { watches } = scope;
  const depth = Math.max(1, ...watches.map((watch) => watch.depth));
  switch (column) {
    case 'status':
      return oneOf(['new', 'returned', 'stayed', 'left']);
    case 'watch':
      return oneOf(watches.map(({ name }) => name));
    case 'rank':
    case 'rank_before':
    case 'rank_best':
      return between(1, depth, 'whole');
    case 'rank_gain':
      return between(1 - depth, depth - 1, 'whole');
    case 'slots_on_list':
      return between(1, Infinity, 'whole');
    case 'gap_days':
      return between(0, Infinity);
  }
  if (watches.some(({ list }) => list.parameters.some(({ key }) => key === column)))
    return oneOf(watches.map(({ asked }) => asked[column] ?? ''));
  return metricDomain(column, listsOf(scope));
}

/** Null also where several lists have a metric of that name and mean different things by it. */
function metricDomain(column: string, lists: readonly ListKind[]): Domain | null {
  const [found = null, ...others] = lists.map((list) => metricColumn(list, column));
  if (found === null || found.figure === '_pct') return null;
  const { metric, figure } = found;
  const isSame = others.every(
    (other) => other?.metric.kind === metric.kind && other.metric.signed === metric.signed,
  );
  if (!isSame) return null;
  const whole = metric.kind === 'count' ? 'whole' : undefined;
  if (figure === '_delta') return whole === undefined ? null : between(-Infinity, Infinity, whole);
  // A metric that can be negative, such as growth in percent, has no upper bound either.
  if (metric.signed) return whole === undefined ? null : between(-Infinity, Infinity, whole);
  return between(0, metric.kind === 'percent' ? 100 : Infinity, whole);
}

function oneOf(values: readonly (string | number)[]): Domain {
  const texts = values.map(String);
  const [first = '', ...rest] = [...new Set(texts)].reverse();
  return {
    may: (op, value) =>
      op === '=' || op === '==' || op === 'is' ? texts.includes(String(value)) : true,
    words: rest.length === 0 ? first : `${rest.reverse().join(', ')} or ${first}`,
  };
}

function between(low: number, high: number, whole?: 'whole'): Domain {
  const kind = whole === undefined ? 'a number' : 'a whole number';
  const from = low === -Infinity ? '' : ` from ${low}`;
  const to = high === Infinity ? '' : ` to ${high}`;
  return {
    may: (op, given) => {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      // SQLite sorts a text that is no number above every number.
      if (typeof value === 'string' || Number.isNaN(value))
        return !['=', '==', 'is', '>', '>='].includes(op);
      switch (op) {
        case '=':
        case '==':
        case 'is':
          return value >= low && value <= high && (whole === undefined || Number.isInteger(value));
        case '<':
          return low < value;
        case '<=':
          return low <= value;
        case '>':
          return high > value;
        case '>=':
          return high >= value;
        default:
          return true;
      }
    },
    words: `${kind}${from}${to}`,
  };
}
