// The shape of a file of rule tests, and what to say where a file has another shape.
import * as z from 'zod';
import type { Path } from '../config/problem.ts';
import { nearest } from '../lib/nearest.ts';
import type { ListKind } from '../list/list-kind.ts';

const row = z.union([z.number(), z.string()], {
  error: 'must be a row of slots, such as "40 40 12 _ x"',
});
const slot = z
  .int('must be a slot: a whole number from 1')
  .min(1, 'must be a slot: a whole number from 1');
const slots = z.record(
  z.string(),
  z.union([slot, z.array(slot)], { error: 'must be a slot, or a list of slots' }),
  {
    error: ({ input }) =>
      input === undefined
        ? 'is required: {} where nothing must fire'
        : 'must be slots by product: { perfume: 3 }',
  },
);
const product = z.strictObject({
  rank: row,
  name: z.string().optional(),
  category_l1: z.string().optional(),
  category_l2: z.string().optional(),
});
/** Keys of a product that are no metric. */
export const PRODUCT_KEYS: readonly string[] = Object.keys(product.shape);

const metricColumns = (lists: readonly ListKind[]): string[] => [
  ...new Set(lists.flatMap(({ metrics }) => metrics.map(({ column }) => column))),
];

/** A file as it is written; products have the metrics of any of the lists. */
export function fileSchema(lists: readonly ListKind[]) {
  const metrics = metricColumns(lists).map((column) => [column, row.optional()] as const);
  return z.strictObject({
    tests: z.record(
      z.string(),
      z.strictObject({
        rule: z.string(),
        watch: z.string().optional(),
        products: z.record(
          z.string(),
          z.union([row, product.extend(Object.fromEntries(metrics))], {
            error: 'must be a row of ranks, or a mapping with rank and metrics',
          }),
        ),
        fired: slots,
        resolved: slots.default({}),
        quiet: slots.optional(),
        reminded: slots.optional(),
      }),
    ),
  });
}

/** Keys of tests and products, for suggestions. */
const keysOf = (lists: readonly ListKind[]): string[] => [
  'tests',
  'rule',
  'watch',
  'products',
  'fired',
  'resolved',
  'quiet',
  'reminded',
  ...PRODUCT_KEYS,
  ...metricColumns(lists),
];

/** What is wrong, and where. */
export type FileProblem = {
  path: Path;
  text: string;
  /** The place is the key, not its value. */ isAboutKey?: boolean;
};
/** A test as it is written. */
export type FileTest = z.infer<ReturnType<typeof fileSchema>>['tests'][string];

/** An issue of the schema as problems of the file. */
export function shapeProblems(issue: z.core.$ZodIssue, lists: readonly ListKind[]): FileProblem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: `is not a known key${meant(key, keysOf(lists))}`,
      isAboutKey: true,
    }));
  // Of the forms it may have, the one that is a mapping as the value is says best what is wrong.
  const inner =
    issue.code === 'invalid_union'
      ? issue.errors.find((errors) =>
          errors.some(({ code, path: at }) => code === 'unrecognized_keys' || at.length > 0),
        )
      : undefined;
  if (inner !== undefined)
    return inner.flatMap((one) => shapeProblems({ ...one, path: [...path, ...one.path] }, lists));
  return [{ path, text: textOf(issue) }];
}

function textOf(issue: z.core.$ZodIssue): string {
  const isOurs = issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input');
  if (isOurs) return issue.message;
  if (issue.input === undefined) return 'is required';
  return `must be ${issue.expected === 'string' ? 'text' : 'a mapping'}`;
}

/** `, did you mean perfume?`, or nothing when nothing is near enough. */
export const meant = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  return near === undefined ? '' : `, did you mean ${near}?`;
};
