// Makes snapshots of rows of slots: what the products say about each slot must fit together.
import type { Metric } from '../list/list-kind.ts';
import type { Metrics } from '../model.ts';
import type { RankedProduct } from '../snapshot/build.ts';
import { readNotation, type Token } from './notation.ts';

/**
 * A product as a test writes it: a row of ranks, and rows of metrics under their columns. A number
 * alone is the same in every slot.
 */
export type TestProduct = {
  id: string;
  rank: string | number;
  name?: string;
  category_l1?: string;
  category_l2?: string;
} & Partial<Record<string, string | number>>;

export type TestSlot = {
  status: 'complete' | 'partial' | 'suspect' | 'failed' | 'missed';
  rows: readonly RankedProduct[];
};

export type Timeline = {
  slots: readonly TestSlot[];
  /** The ranks as written, for reports. */
  ranks: Readonly<Record<string, readonly Token[]>>;
};

/** A record whose keys are ids of products, which may even be called `constructor`. */
export const byProduct = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

type Problem = { product: string | null; text: string };

/** What a mark says of the whole snapshot. */
const WHOLE = { '!': 'failed', '~': 'suspect', '>': 'missed' } as const;

/**
 * The products of a test slot by slot, or all that is wrong with them. `declared`: the metrics of
 * the list.
 */
export function readTimeline(
  products: readonly TestProduct[],
  declared: readonly Metric[],
): Timeline | { problems: Problem[] } {
  const problems: Problem[] = [];
  const unknown: Metrics = Object.fromEntries(declared.map(({ column }) => [column, null]));
  if (products.length === 0)
    return { problems: [{ product: null, text: 'must hold at least one product' }] };
  const [longest = 1] = products.flatMap(({ rank }) =>
    typeof rank === 'number' ? [] : [lengthOf(rank)],
  );
  const read = (product: TestProduct, column: string): readonly Token[] => {
    const given = product[column];
    if (typeof given === 'number') return Array<Token>(longest).fill(given);
    const tokens = readNotation(String(given));
    if ('problem' in tokens)
      problems.push({ product: product.id, text: `${column}: ${tokens.problem}` });
    else if (tokens.length !== longest)
      problems.push({
        product: product.id,
        text: `${column} has ${tokens.length} slots, where the first product has ${longest}`,
      });
    return 'problem' in tokens ? [] : tokens;
  };
  const ranks = byProduct<readonly Token[]>();
  for (const product of products) ranks[product.id] = read(product, 'rank');
  const metrics = new Map(
    products.map((product) => [
      product.id,
      declared
        .filter(({ column }) => product[column] !== undefined)
        .map((metric) => ({
          metric,
          tokens: read(product, metric.column),
        })),
    ]),
  );
  if (problems.length > 0) return { problems };

  for (const [id, rows] of metrics)
    for (const { metric, tokens } of rows)
      problems.push(
        ...metricProblems(
          id,
          metric.column,
          tokens,
          ranks[id] ?? [],
          typeof products.find((one) => one.id === id)?.[metric.column] === 'number',
        ),
      );
  const slots = Array.from({ length: longest }, (_, slot): TestSlot => {
    const tokens = products.map(({ id }) => ({ id, token: ranks[id]?.[slot] ?? '_' }));
    const said = slotProblem(tokens);
    if (said !== null)
      problems.push({ product: said.product, text: `slot ${slot + 1}: ${said.text}` });
    const mark = tokens.find(({ token }) => typeof token === 'string' && token in WHOLE)?.token as
      keyof typeof WHOLE | undefined;
    if (mark !== undefined) return { status: WHOLE[mark], rows: [] };
    const rows = products.flatMap((product) => {
      const rank = ranks[product.id]?.[slot];
      return typeof rank === 'number'
        ? [
            rowOf(
              product,
              rank,
              unknown,
              (metrics.get(product.id) ?? []).map(({ metric, tokens: values }) => ({
                column: metric.column,
                value: values[slot],
              })),
            ),
          ]
        : [];
    });
    return { status: tokens.some(({ token }) => token === '_') ? 'partial' : 'complete', rows };
  });
  return problems.length > 0 ? { problems } : { slots, ranks };
}

function lengthOf(rank: string): number {
  const tokens = readNotation(rank);
  return 'problem' in tokens ? 1 : tokens.length;
}

function slotProblem(tokens: readonly { id: string; token: Token }[]): Problem | null {
  const marked = tokens.find(({ token }) => typeof token === 'string' && token in WHOLE);
  if (marked !== undefined) {
    const other = tokens.find(({ token }) => token !== marked.token);
    return other === undefined
      ? null
      : {
          product: other.id,
          text: `${marked.token} is about the whole snapshot: ${other.id} has ${other.token}, where ${marked.id} has ${marked.token}`,
        };
  }
  const absent = tokens.find(({ token }) => token === 'x');
  const unseen = tokens.find(({ token }) => token === '_');
  if (absent !== undefined && unseen !== undefined)
    return {
      product: absent.id,
      text: `${absent.id} cannot be proven absent from a snapshot that did not show ${unseen.id}: only a complete one proves that`,
    };
  const wrong = tokens.find(
    ({ token }) => typeof token === 'number' && (!Number.isInteger(token) || token < 1),
  );
  return wrong === undefined ? null : { product: wrong.id, text: `${wrong.token} is no rank` };
}

/** Where the product is not on the list, a metric may only repeat that mark, or be unknown. */
function metricProblems(
  id: string,
  column: string,
  tokens: readonly Token[],
  ranks: readonly Token[],
  isConstant: boolean,
): Problem[] {
  const slot = tokens.findIndex((token, i) => {
    const rank = ranks[i];
    if (typeof rank === 'number') return typeof token === 'string' && token !== '_';
    return !isConstant && token !== '_' && token !== rank;
  });
  return slot < 0
    ? []
    : [
        {
          product: id,
          text: `slot ${slot + 1}: ${column} is ${tokens[slot]}, where its rank is ${ranks[slot]}`,
        },
      ];
}

function rowOf(
  product: TestProduct,
  rank: number,
  unknown: Metrics,
  values: readonly { column: string; value: Token | undefined }[],
): RankedProduct {
  const { id, name = id, category_l1: categoryL1 = null, category_l2: categoryL2 = null } = product;
  const metrics = Object.fromEntries(
    values.map(({ column, value }) => [column, typeof value === 'number' ? value : null]),
  );
  return {
    product: { upstreamId: id, name, categoryL1, categoryL2 },
    rank,
    metrics: { ...unknown, ...metrics },
  };
}
