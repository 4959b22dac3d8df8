// One row of an ndjson or csv export, or of a file written like one, checked as live data is. Pure.
import type { ListQuery } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import { parseMoment } from '../../lib/moment.ts';
import { readCount, readFigure, readId, readName, readNumber } from '../../lib/read-value.ts';
import type { Metric } from '../../list/list-kind.ts';
import { TOP_PRODUCTS } from '../../list/top-products.ts';
import type { SnapshotStatus } from '../../model.ts';
import type { RankedProduct } from '../../snapshot/build.ts';

/** A row that can be stored. What the file does not say is null. */
export type ImportedRow = {
  watch: string | null;
  /** What the list was asked for, as far as the row says; `category` and `keyword` null are said, undefined are not. */
  query: Partial<ListQuery>;
  slotAt: Instant | null;
  takenAt: Instant | null;
  status: ImportedStatus | null;
  /** Of how many rows its snapshot is. */
  snapshotRows: number | null;
  product: RankedProduct;
};

/** Snapshots with rows: others are not exported. */
export const IMPORTED_STATUSES = [
  'complete',
  'partial',
  'stale',
  'suspect',
] as const satisfies readonly SnapshotStatus[];
export type ImportedStatus = (typeof IMPORTED_STATUSES)[number];

export type Fields = Readonly<Record<string, unknown>>;

/** Thrown and caught here only: the first thing that is wrong with a row. */
class Refused extends Error {}
const refuse = (reason: string): never => {
  throw new Refused(reason);
};

/** Reads a row, or says what is wrong with it. Columns that are not known are left aside. `now` bounds its times. */
export function readRow(fields: Fields, now: Instant): ImportedRow | { reason: string } {
  try {
    return {
      watch: readText(fields, 'watch'),
      query: readQuery(fields),
      slotAt: readInstant(fields, 'slot_at', now),
      takenAt: readInstant(fields, 'taken_at', now),
      status: readStatus(fields),
      snapshotRows: readWhole(fields, 'snapshot_rows'),
      product: readProduct(fields),
    };
  } catch (thrown) {
    if (thrown instanceof Refused) return { reason: thrown.message };
    throw thrown;
  }
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

function readText(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (isBlank(value)) return null;
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : refuse(`${name} is not text: ${shown(value)}`);
}

function readQuery(fields: Fields): Partial<ListQuery> {
  const region = readText(fields, 'region');
  const timeScope = readWhole(fields, 'time_scope');
  const depth = readWhole(fields, 'depth');
  return {
    ...(region === null ? {} : { region }),
    ...(timeScope === null ? {} : { timeScope }),
    ...(depth === null ? {} : { depth }),
    ...('category' in fields ? { category: readText(fields, 'category') } : {}),
    ...('keyword' in fields ? { keyword: readText(fields, 'keyword') } : {}),
  };
}

function readInstant(fields: Fields, name: string, now: Instant): Instant | null {
  const value = fields[name];
  if (isBlank(value)) return null;
  const at =
    typeof value === 'string' && /(Z|[+-]\d{2}:?\d{2})$/.test(value)
      ? parseMoment(value, 'UTC')
      : undefined;
  if (at === undefined)
    return refuse(
      `${name} is not a time with its zone, such as 2026-11-23T06:00:00.000Z: ${shown(value)}`,
    );
  return at > now ? refuse(`${name} is in the future: ${shown(value)}`) : at;
}

function readStatus(fields: Fields): ImportedStatus | null {
  const value = readText(fields, 'snapshot_status');
  if (value === null) return null;
  return (
    IMPORTED_STATUSES.find((status) => status === value) ??
    refuse(`snapshot_status is not ${IMPORTED_STATUSES.join(', ')}: ${shown(value)}`)
  );
}

function readProduct(fields: Fields): RankedProduct {
  if (isBlank(fields['product_id'])) return refuse('product_id is missing');
  const upstreamId =
    readId(fields['product_id']) ??
    refuse(`product_id is not an id: ${shown(fields['product_id'])}`);
  const rank = readWhole(fields, 'rank') ?? refuse('rank is missing');
  if (rank < 1) refuse(`rank is not a whole number from 1: ${rank}`);
  return {
    rank,
    product: {
      upstreamId,
      name: readName(readText(fields, 'product')) ?? upstreamId,
      categoryL1: readName(readText(fields, 'category_l1')),
      categoryL2: readName(readText(fields, 'category_l2')),
    },
    metrics: Object.fromEntries(
      TOP_PRODUCTS.metrics.map((metric) => [metric.column, readMetric(fields, metric)]),
    ),
  };
}

/** As live data: negative and fractional counts are not known. What is no number at all is a broken file, which a person can mend. */
function readMetric(fields: Fields, metric: Metric): number | null {
  const value = fields[metric.column];
  if (isBlank(value)) return null;
  return readNumber(value) === null
    ? refuse(`${metric.column} is not a number: ${shown(value)}`)
    : readFigure(metric, value);
}

function readWhole(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (isBlank(value)) return null;
  return readCount(value) ?? refuse(`${name} is not a whole number: ${shown(value)}`);
}
