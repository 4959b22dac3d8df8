// The hash of a list. It is taken of a text, whose digits are written as bytes: as texts of numbers
// they took most of the time.
import { createHash } from 'node:crypto';
import type { ListKind } from '../list/list-kind.ts';
import type { Metrics, Product } from '../model.ts';

type Row = { product: Pick<Product, 'upstreamId'>; rank: number; metrics: Metrics };

/** The bytes written so far are the first `length` of `room`. */
type Bytes = { room: Buffer; length: number };

/** Of one number, whatever it is. */
const MOST_DIGITS = 32;

/**
 * SHA-256 over all rows, ascending by rank. Metrics that the list has gained since it first came go
 * in by name, and only where they are known: hashes that are stored stay those of the same rows.
 */
export function hashRows(
  rows: readonly Row[],
  { metrics: declared, hashedInOrder }: ListKind,
): Buffer {
  const later = declared
    .map(({ column }) => column)
    .filter((name) => !hashedInOrder.includes(name))
    .map((column) => ({ column, head: `\t${column}=` }));
  const names = later.reduce((sum, { head }) => sum + head.length * 3, 0);
  const width = (1 + hashedInOrder.length + later.length) * MOST_DIGITS + names;
  const bytes = { room: Buffer.allocUnsafe(1 << 14), length: 0 };
  const hash = createHash('sha256');
  for (const { product, rank, metrics } of rows) {
    const most = width + product.upstreamId.length * 3;
    if (bytes.length + most > bytes.room.length) {
      hash.update(bytes.room.subarray(0, bytes.length));
      bytes.length = 0;
      if (most > bytes.room.length) bytes.room = Buffer.allocUnsafe(most);
    }
    putNumber(bytes, rank);
    bytes.room[bytes.length++] = TAB;
    putText(bytes, product.upstreamId);
    for (const column of hashedInOrder) {
      bytes.room[bytes.length++] = TAB;
      const value = metrics[column] ?? null;
      if (value !== null) putNumber(bytes, value);
    }
    for (const { column, head } of later) {
      const value = metrics[column] ?? null;
      if (value === null) continue;
      putText(bytes, head);
      putNumber(bytes, value);
    }
    bytes.room[bytes.length++] = LINE_END;
  }
  return hash.update(bytes.room.subarray(0, bytes.length)).digest();
}

const [TAB, LINE_END, ZERO, POINT, MINUS] = [9, 10, 48, 46, 45] as const;
/** Below it every decimal of so many digits is another double, so that its shortest text is itself. */
const EXACT = 1e15;
/** Fractions with at most four decimals, as nearly all have. */
const SCALE = 10_000;

/** Puts a number as `String` writes it. */
function putNumber(bytes: Bytes, value: number): void {
  if (Math.abs(value) < EXACT && Math.floor(value) === value) {
    if (value < 0) bytes.room[bytes.length++] = MINUS;
    putWhole(bytes, Math.abs(value), 1);
    return;
  }
  const scaled = Math.round(Math.abs(value) * SCALE);
  if (scaled >= EXACT || scaled / SCALE !== Math.abs(value)) {
    putText(bytes, String(value));
    return;
  }
  if (value < 0) bytes.room[bytes.length++] = MINUS;
  const whole = Math.floor(scaled / SCALE);
  putWhole(bytes, whole, 1);
  bytes.room[bytes.length++] = POINT;
  let [fraction, digits] = [scaled - whole * SCALE, 4];
  while (fraction % 10 === 0) {
    fraction /= 10;
    digits -= 1;
  }
  putWhole(bytes, fraction, digits);
}

/** Puts a whole number from 0, of at least so many digits. */
function putWhole(bytes: Bytes, value: number, digits: number): void {
  let count = digits;
  for (let most = 10 ** digits; value >= most; most *= 10) count += 1;
  let rest = value;
  for (let at = bytes.length + count - 1; at >= bytes.length; at--) {
    const tenth = Math.floor(rest / 10);
    bytes.room[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  bytes.length += count;
}

const putText = (bytes: Bytes, text: string): void => {
  bytes.length += bytes.room.write(text, bytes.length);
};
