// Made-up change rows to try a condition on: can it be true at all, and is it always true? Their
// values lie around those that the expression names, and fit together as those of real rows do.
// They serve warnings only: nothing is decided by them.
import { changeColumnsOf } from '../change/columns.ts';
import {
  scoredColumns,
  type ListKind,
  type Metric,
  type Parameter,
  type ParameterValues,
} from '../list/list-kind.ts';
import { openTrialRows } from '../store/reading/trial-rows.ts';
import { listsOf, type RuleScope } from './domains.ts';
import { everyPart, type Part } from './parse.ts';

const ROWS = 3_000;

type Value = string | number | null;
type Row = Record<string, Value>;
/** The numbers and texts that stand beside each column, and all of them. */
type Named = {
  /** Does the expression name the column, in any case? */
  has(column: string): boolean;
  of(column: string): readonly number[];
  texts(column: string): readonly string[];
};

/**
 * `never`: true of no row of any list. `always`: true of every row of a product on a list. Null:
 * neither, or it cannot be tried.
 */
export function sampleTruth(
  sql: string,
  parts: readonly Part[],
  scope: RuleScope,
): 'never' | 'always' | null {
  const named = namedBy(parts);
  const [first = null, ...others] = listsOf(scope).map((list) => truthIn(sql, list, named, scope));
  return others.every((other) => other === first) ? first : null;
}

function truthIn(
  sql: string,
  list: ListKind,
  named: Named,
  scope: RuleScope,
): 'never' | 'always' | null {
  const watches = scope.watches.filter((watch) => watch.list === list);
  // Only what the expression reads is kept; `rank` tells whether a row is on its list.
  const isRead = (column: string) => column === 'rank' || named.has(column);
  const draw = drawer(named, list, watches);
  const columns = changeColumnsOf(list).filter(({ name }) => isRead(name));
  const rows = Array.from({ length: ROWS }, () => {
    const row = draw();
    return columns.map(({ name }) => row[name] ?? null);
  });
  const trial = openTrialRows(columns, rows);
  try {
    const { isTrue, isNotTrueOnList } = trial.count(sql);
    if (isTrue === 0) return 'never';
    return isNotTrueOnList === 0 ? 'always' : null;
  } catch {
    // An expression that fails on a made-up row is a matter of compile.ts.
    return null;
  } finally {
    trial.close();
  }
}

function namedBy(parts: readonly Part[]): Named {
  const numbers = new Map<string, number[]>();
  const texts = new Map<string, string[]>();
  const all: number[] = [];
  for (const part of parts) {
    const inner = everyPart(part);
    const literals = inner.filter(({ kind }) => kind === 'literal').map(({ op }) => op);
    const found = literals.map((op) => Number(op.replace(/^'|'$/g, ''))).filter(Number.isFinite);
    if (part.kind === 'literal') all.push(...found, ...found.map((one) => -one));
    for (const { op } of inner.filter(({ kind }) => kind === 'column')) {
      numbers.set(op, [...(numbers.get(op) ?? []), ...found, ...found.map((one) => -one)]);
      const words = literals.filter((one) => one.startsWith("'"));
      texts.set(op, [
        ...(texts.get(op) ?? []),
        ...words.map((one) =>
          one
            .slice(1, -1)
            .replaceAll("''", "'")
            .replace(/[%_*?]/g, ''),
        ),
      ]);
    }
  }
  const columns = new Set(
    parts.flatMap(({ kind, op }) => (kind === 'column' ? [op.toLowerCase()] : [])),
  );
  return {
    has: (column) => columns.has(column),
    of: (column) => [...(numbers.get(column) ?? []), ...all],
    texts: (column) => texts.get(column) ?? [],
  };
}

function drawer(named: Named, list: ListKind, watches: RuleScope['watches']): () => Row {
  const scored = scoredColumns(list).filter((name) => named.has(`${name}_z`));
  const metrics = list.metrics.filter(({ column }) =>
    ['', '_before', '_delta', '_pct'].some((end) => named.has(`${column}${end}`)),
  );
  let state = 20_260_101;
  /** Mulberry32: the same rows every time. */
  const chance = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const oneOf = <T>(values: readonly T[]): T | undefined =>
    values[Math.floor(chance() * values.length)];
  /**
   * A value near one that stands beside the column, or any value between the bounds, more often a
   * small one.
   */
  const number = (column: string, low: number, high: number, isWhole: boolean): number => {
    const near = chance() < 0.6 ? oneOf(named.of(column)) : undefined;
    const value =
      near === undefined
        ? low + Math.expm1(chance() * Math.log1p(high - low))
        : near + (oneOf([0, 0, 1, -1, 0.01, -0.01]) ?? 0);
    return Math.min(
      high,
      Math.max(low, isWhole ? Math.round(value) : Math.round(value * 1e4) / 1e4),
    );
  };
  const text = (column: string, usual: string): string => {
    const texts = named.texts(column);
    const kind = chance();
    if (texts.length === 0 || kind < 0.3) return usual;
    return kind < 0.8 ? (oneOf(texts) ?? usual) : texts.join(' ');
  };
  const watch = watches.length > 0 ? () => oneOf(watches) : () => undefined;
  const bestUpTo = (rank: number | null, best: number): number => {
    if (rank === null) return best;
    return chance() < 0.4 ? rank : Math.min(rank, best);
  };

  return () => {
    const watched = watch();
    const depth = watched?.depth ?? 500;
    const status = oneOf(['stayed', 'stayed', 'stayed', 'new', 'returned', 'left', null]) ?? null;
    const isHere = status !== 'left';
    const wasThere = status === 'stayed' || (status === 'left' && chance() < 0.7);
    const rank = isHere ? number('rank', 1, depth, true) : null;
    const rankBefore = wasThere ? beforeOf('rank_gain', rank, depth) : null;
    const best = number('rank_best', 1, depth, true);
    const row: Row = {
      watch: watched?.name ?? 'w',
      ...Object.fromEntries(
        list.parameters.map((one) => [one.key, watched?.asked[one.key] ?? usualOf(one)]),
      ),
      slot_at: text('slot_at', '2026-01-10T06:00:00.000Z'),
      taken_at: text('taken_at', '2026-01-10T06:00:03.000Z'),
      product_id: text('product_id', '601583'),
      product: text('product', 'Perfume'),
      category_l1: chance() < 0.05 ? null : text('category_l1', 'Beauty & Personal Care'),
      category_l2: chance() < 0.05 ? null : text('category_l2', 'Makeup & Perfume'),
      rank,
      rank_before: rankBefore,
      rank_gain: rank === null || rankBefore === null ? null : rankBefore - rank,
      status,
      rank_best: bestUpTo(rank, best),
      slots_on_list: status === 'new' ? 1 : number('slots_on_list', 1, 1_000, true),
      first_seen_at: text('first_seen_at', '2025-12-01T06:00:00.000Z'),
      streak: isHere && wasThere ? number('streak', -60, 60, true) : null,
      baseline_at: status === null ? null : text('baseline_at', '2026-01-09T06:00:00.000Z'),
      gap_days: status === null ? null : number('gap_days', 0.01, 400, false),
    };
    for (const name of scored)
      row[`${name}_z`] = isHere && chance() < 0.8 ? number(`${name}_z`, -50, 50, false) : null;
    for (const { column, kind, signed } of metrics) {
      const isCount = kind === 'count';
      const low = lowest(kind, signed);
      const high = kind === 'percent' && !signed ? 100 : 1e9;
      const isKnown = () => chance() < 0.95;
      const before = wasThere && isKnown() ? number(`${column}_before`, low, high, isCount) : null;
      let now = isHere && isKnown() ? number(column, low, high, isCount) : null;
      if (now !== null && before !== null && chance() < 0.5) {
        const by = number(`${column}_pct`, -100, 1_000, false);
        const moved =
          chance() < 0.5
            ? before * (1 + by / 100)
            : before + number(`${column}_delta`, -1e4, 1e4, isCount);
        now = Math.min(high, Math.max(low, isCount ? Math.round(moved) : moved));
      }
      row[column] = now;
      row[`${column}_before`] = before;
      row[`${column}_delta`] = now === null || before === null ? null : now - before;
      row[`${column}_pct`] =
        now === null || before === null || before <= 0 ? null : ((now - before) * 100) / before;
    }
    return row;
  };

  /** An earlier rank: one that makes a gain the expression names, or any. */
  function beforeOf(column: string, rank: number | null, depth: number): number {
    if (rank === null || chance() < 0.3) return number('rank_before', 1, depth, true);
    const gain = number(column, -depth, depth, true);
    return Math.min(depth, Math.max(1, rank + gain));
  }
}

/** A value for a parameter that no watch sets. */
const usualOf = ({ fallback, values }: Parameter): Value => fallback ?? exampleOf(values);

function exampleOf(values: ParameterValues): Value {
  if (values.kind === 'whole') return values.from;
  return (values.kind === 'choice' ? values.of[0]?.value : values.examples?.[0]) ?? null;
}

/** The least value that is made up for a metric. */
function lowest(kind: Metric['kind'], signed: boolean): number {
  if (!signed) return 0;
  return kind === 'percent' ? -100 : -1e9;
}
