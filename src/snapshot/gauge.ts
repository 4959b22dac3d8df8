// Which metrics of a list the gates read, by its declaration. Pure functions.
import { orderOf, type Asked, type ListKind } from '../list/list-kind.ts';
import type { RankedProduct } from './build.ts';

/** A metric, and the index of its value in an earlier row. */
export type Gauged = {
  column: string;
  label: string;
  index: number;
  /** A 0 of the source counts as not known. */
  zeroIsUnknown: boolean;
};

export type Gauge = {
  /** All of them, in the order of the declaration. */
  metrics: readonly Gauged[];
  /** What the list is ordered by; null when nothing says so. */
  order: Gauged | null;
  /** The metric by which its products have a level; null for none. */
  level: Gauged | null;
  /** Other metrics that cannot be below 0, and so have a scale (a unit or a currency). */
  scaled: readonly Gauged[];
};

/** What the gates measure a list by as it was asked for, read from its declaration. */
export function gaugeOf(list: ListKind, said: Asked): Gauge {
  const { metrics: declared, level } = list;
  const metrics = declared.map(({ column, label, zeroMayMeanUnknown: zeroIsUnknown }, index) => ({
    ...{ column, label, index, zeroIsUnknown },
  }));
  const find = (name: string | null) => metrics.find(({ column }) => column === name) ?? null;
  const scaled = metrics.filter(
    ({ column, index }) => column !== level && declared[index]?.signed === false,
  );
  return { metrics, order: find(orderOf(list, said)), level: find(level), scaled };
}

/** A metric of a row of the list; null when it is not known, or nothing is asked for. */
export const valueNow = ({ metrics }: RankedProduct, gauged: Gauged | null): number | null =>
  gauged === null ? null : (metrics[gauged.column] ?? null);

/** The same of a row of an earlier list. */
export const valueBefore = (
  { values }: { values: readonly (number | null)[] },
  gauged: Gauged | null,
): number | null => (gauged === null ? null : (values[gauged.index] ?? null));
