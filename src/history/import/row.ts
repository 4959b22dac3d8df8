// One row of an ndjson or csv export, or of a file written like one, checked as live data is. Pure.
import type { Instant } from '../../lib/clock.ts';
import { wholeOfDigits } from '../../lib/digits.ts';
import { isDay } from '../../list/dated.ts';
import { parseMoment } from '../../lib/moment.ts';
import { readCount, readId, readName, readNumber } from '../../lib/read-value.ts';
import {
  columnOfParameter,
  type AskedValue,
  type ListKind,
  type Metric,
} from '../../list/list-kind.ts';
import type { SnapshotStatus } from '../../model.ts';
import type { RankedProduct } from '../../snapshot/build.ts';
import { plainNumber, type Decimal } from './spelling.ts';

/** What a row says of what was asked for: the depth, and the parameters of the list. */
export type SaidQuery = Readonly<Record<string, AskedValue>>;

/** What a row says of its snapshot. What the file does not say is null. */
export type RowHead = {
  watch: string | null;
  /**
   * What the list was asked for, as far as the row says; `category` and `keyword` null are said,
   * undefined are not.
   */
  query: SaidQuery;
  slotAt: Instant | null;
  /** Of a dated list: which one it is. */
  dataDate: string | null;
  takenAt: Instant | null;
  status: ImportedStatus | null;
  /** How many rows its snapshot has. */
  snapshotRows: number | null;
};

/** A row that can be stored. */
export type ImportedRow = RowHead & { product: RankedProduct };

/** Snapshots with rows: others are not exported. */
export const IMPORTED_STATUSES = [
  'complete',
  'partial',
  'stale',
  'suspect',
] as const satisfies readonly SnapshotStatus[];
export type ImportedStatus = (typeof IMPORTED_STATUSES)[number];

export type Fields = Readonly<Record<string, unknown>>;

/** What is needed to read a row. */
export type Reading = {
  /** The list of its watch. */
  list: ListKind;
  /** No time in a row may be later than this. */
  now: Instant;
  /**
   * What a date without a time means, such as `06:00` in the zone of its watch; null: such a date
   * is refused.
   */
  dayAt?: { time: string; timezone: string } | null;
  /** How its numbers are written; `.` by default. */
  decimal?: Decimal;
};

/** The first thing that is wrong with a row; thrown and caught in this file only. */
class Refused extends Error {}
const refuse = (reason: string): never => {
  throw new Refused(reason);
};

function orReason<Value>(read: () => Value): Value | { reason: string } {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Refused) return { reason: thrown.message };
    throw thrown;
  }
}

/**
 * Reads a row, or says what is wrong with it, with its column and value. Columns that are not known
 * are left aside.
 */
export function readRow(fields: Fields, reading: Reading): ImportedRow | { reason: string } {
  const head = readHead(fields, reading);
  if ('reason' in head) return head;
  const product = readProduct(fields, head.snapshotRows !== null, reading);
  return 'reason' in product ? product : { ...head, product };
}

/** What a row says of its snapshot. */
export const readHead = (fields: Fields, reading: Reading): RowHead | { reason: string } =>
  orReason(() => ({
    watch: readText(fields, 'watch'),
    query: readQuery(fields, reading),
    slotAt: readInstant(fields, 'slot_at', reading),
    dataDate: readDataDate(fields, reading),
    takenAt: readInstant(fields, 'taken_at', reading),
    status: readStatus(fields),
    snapshotRows: readWhole(fields, 'snapshot_rows', reading.decimal),
  }));

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

function readText(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (isBlank(value)) return null;
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : refuse(`${name} is not text: ${shown(value)}`);
}

const DEPTH = {
  key: 'depth',
  values: { kind: 'whole' },
  fallback: undefined,
  column: { description: '', inChanges: false },
} as const;

function readQuery(fields: Fields, { list, decimal }: Reading): SaidQuery {
  const said: Record<string, string | number | null> = {};
  for (const parameter of [...list.parameters, DEPTH]) {
    const { key, values } = parameter;
    const name = columnOfParameter(parameter);
    const value =
      values.kind === 'whole' ? readWhole(fields, name, decimal) : readText(fields, name);
    if (value !== null || (parameter.fallback === null && name in fields)) said[key] = value;
  }
  return said;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Texts whose instants are known: all rows of a snapshot have the same. */
const absolute = new Map<string, Instant | undefined>();
const MOST_ABSOLUTE = 64;

function absoluteAt(text: string): Instant | undefined {
  if (absolute.has(text)) return absolute.get(text);
  const at = parseMoment(text, 'UTC');
  if (absolute.size >= MOST_ABSOLUTE) absolute.clear();
  absolute.set(text, at);
  return at;
}

/**
 * When a text of a row is: an instant with its zone, or a date at the time that the user says.
 * Undefined when it is neither.
 */
export function instantOf(value: unknown, dayAt: Reading['dayAt']): Instant | undefined {
  if (typeof value !== 'string') return undefined;
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(value) && !DATE.test(value)) return absoluteAt(value);
  return dayAt && DATE.test(value)
    ? parseMoment(`${value}T${dayAt.time}`, dayAt.timezone)
    : undefined;
}

function readInstant(fields: Fields, name: string, { now, dayAt }: Reading): Instant | null {
  const value = fields[name];
  if (isBlank(value)) return null;
  const at = instantOf(value, dayAt);
  if (at === undefined)
    return refuse(
      typeof value === 'string' && DATE.test(value)
        ? `${name} is not a time with its zone, but a date: ${shown(value)} (say at what time of its day: --time 06:00)`
        : `${name} is not a time with its zone, such as 2026-11-23T06:00:00.000Z: ${shown(value)}`,
    );
  return at > now ? refuse(`${name} is in the future: ${shown(value)}`) : at;
}

/** The name of a period that is over, where the list is one of periods. */
function readDataDate(fields: Fields, { list, now }: Reading): string | null {
  const value = readText(fields, 'data_date');
  if (value === null || list.dated === null) return null;
  if (!isDay(value)) return refuse(`data_date is not a day such as 2026-11-23: ${shown(value)}`);
  return Date.parse(value) > now ? refuse(`data_date is in the future: ${shown(value)}`) : value;
}

function readStatus(fields: Fields): ImportedStatus | null {
  const value = readText(fields, 'snapshot_status');
  if (value === null) return null;
  return (
    IMPORTED_STATUSES.find((status) => status === value) ??
    refuse(`snapshot_status is not ${IMPORTED_STATUSES.join(', ')}: ${shown(value)}`)
  );
}

/**
 * Ids as spreadsheets leave them: in scientific notation, as a fraction, or as one of their errors.
 */
const MANGLED_ID =
  /^\s*(\d+([.,]\d+)?e\+\d+|\d+[.,]\d+e\d+|\d+[.,]0+|#+|#[A-Z0-9/]+[!?]|#N\/A)\s*$/i;

/**
 * A product with its rank and metrics. `isExported`: its values are as they were served once,
 * whatever they were.
 */
export const readProduct = (
  fields: Fields,
  isExported: boolean,
  { list, decimal = '.' }: Pick<Reading, 'list' | 'decimal'>,
): RankedProduct | { reason: string } =>
  orReason(() => {
    const id = fields['product_id'];
    if (isBlank(id)) return refuse('product_id is missing');
    if (typeof id === 'string' && MANGLED_ID.test(id))
      refuse(
        `product_id was changed by a spreadsheet: ${shown(id)} (format the column as text there, and save again)`,
      );
    const upstreamId = readId(id) ?? refuse(`product_id is not an id: ${shown(id)}`);
    const rank = readWhole(fields, 'rank', decimal) ?? refuse('rank is missing');
    if (rank < 1) refuse(`rank is not a whole number from 1: ${rank}`);
    return {
      rank,
      product: {
        upstreamId,
        name: readName(readText(fields, 'product')) ?? upstreamId,
        categoryL1: readName(readText(fields, 'category_l1')),
        categoryL2: readName(readText(fields, 'category_l2')),
      },
      metrics: readMetrics(fields, list, isExported, decimal),
    };
  });

function readMetrics(
  fields: Fields,
  { metrics }: ListKind,
  isExported: boolean,
  decimal: Decimal,
): Record<string, number | null> {
  const read: Record<string, number | null> = {};
  for (const metric of metrics)
    read[metric.column] = readMetric(fields, metric, isExported, decimal);
  return read;
}

/**
 * A value within the domain of its column; null when there is none. Nothing is rounded or repaired:
 * a person must mend the file.
 */
function readMetric(
  fields: Fields,
  { column, kind, signed }: Metric,
  isExported: boolean,
  decimal: Decimal,
): number | null {
  const value = fields[column];
  if (isBlank(value)) return null;
  if (kind === 'count' && !signed) return readWhole(fields, column, decimal);
  const number = numberOf(value, decimal) ?? refuse(notANumber(column, value, decimal));
  if (kind === 'count' && !Number.isSafeInteger(number))
    refuse(`${column} is not a whole number: ${shown(value)}`);
  if (signed) return number;
  if (number < 0) refuse(`${column} is below 0: ${shown(value)}`);
  // A value of our own export was served like that, so it is believed.
  if (number > 100 && !isExported && kind === 'percent')
    refuse(`${column} is a percentage above 100: ${shown(value)}`);
  return number;
}

const numberOf = (value: unknown, decimal: Decimal): number | null =>
  readNumber(typeof value === 'string' ? plainNumber(value, decimal) : value);

const notANumber = (column: string, value: unknown, decimal: Decimal): string =>
  `${column} is not a number: ${shown(value)}${
    decimal === '.' && typeof value === 'string' && plainNumber(value, ',') !== null
      ? ' (if the comma is a decimal sign: --decimal ,)'
      : ''
  }`;

/** A whole number from 0, written plainly: `12.000` may be twelve or twelve thousand. */
function readWhole(fields: Fields, name: string, decimal: Decimal = '.'): number | null {
  const value = fields[name];
  if (isBlank(value)) return null;
  // Nearly all are written like this, whatever the decimal sign is.
  const digits = typeof value === 'string' ? wholeOfDigits(value) : null;
  if (digits !== null) return digits;
  if (numberOf(value, decimal) === null) return refuse(notANumber(name, value, decimal));
  const plain = typeof value === 'string' ? plainNumber(value, decimal) : value;
  const isPlain = typeof plain === 'number' || /^\s*\d+\s*$/.test(String(plain));
  return (
    (isPlain ? readCount(plain) : null) ??
    refuse(`${name} is not a plain whole number from 0: ${shown(value)}`)
  );
}
