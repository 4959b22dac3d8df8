// Columns of numbers as bytes: whole numbers and amounts in cents take two or four bytes each, all
// others eight.

/** How a column is packed: `most` is the greatest whole number, and its negative stands for NaN. */
type Kind = { bytes: 2 | 4 | 8; scale: 1 | 100; most: number };

const KINDS: readonly Kind[] = [
  { bytes: 2, scale: 1, most: 2 ** 15 - 1 },
  { bytes: 2, scale: 100, most: 2 ** 15 - 1 },
  { bytes: 4, scale: 1, most: 2 ** 31 - 1 },
  { bytes: 4, scale: 100, most: 2 ** 31 - 1 },
  { bytes: 8, scale: 1, most: Infinity },
];

const arrayOf = ({ bytes }: Kind, buffer: ArrayBuffer, at: number, length: number) => {
  if (bytes === 2) return new Int16Array(buffer, at, length);
  return bytes === 4 ? new Int32Array(buffer, at, length) : new Float64Array(buffer, at, length);
};

/** So that each column begins where numbers of eight bytes may. */
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/**
 * Columns of equal length as bytes, from which `unpackColumns` makes the same numbers again; NaN is
 * one of them. `label` says what they are, in ASCII.
 */
export function packColumns(label: string, columns: readonly Float64Array[]): Buffer {
  const rows = columns[0]?.length ?? 0;
  const kinds = columns.map(kindFor);
  const head = Buffer.from(JSON.stringify([label, rows, kinds]), 'latin1');
  const start = aligned(4 + head.length);
  const sizes = kinds.map((kind) => aligned(rows * (KINDS[kind] as Kind).bytes));
  const buffer = new ArrayBuffer(sizes.reduce((sum, size) => sum + size, start));
  const packed = Buffer.from(buffer);
  packed.writeUInt32LE(head.length, 0);
  head.copy(packed, 4);
  let at = start;
  for (const [index, column] of columns.entries()) {
    const kind = KINDS[kinds[index] as number] as Kind;
    const values = arrayOf(kind, buffer, at, rows);
    for (let row = 0; row < rows; row++) {
      const value = column[row] as number;
      if (kind.bytes === 8) values[row] = value;
      else values[row] = Number.isNaN(value) ? -kind.most : Math.round(value * kind.scale);
    }
    at += sizes[index] ?? 0;
  }
  return packed;
}

/** The columns of `packColumns`; null when they are not what `label` says. */
export function unpackColumns(label: string, packed: Buffer): Float64Array[] | null {
  const headLength = packed.readUInt32LE(0);
  const [said, rows, kinds] = JSON.parse(packed.toString('latin1', 4, 4 + headLength)) as [
    string,
    number,
    number[],
  ];
  if (said !== label) return null;
  // A copy, which begins where numbers may begin.
  const { buffer } = new Uint8Array(packed);
  let at = aligned(4 + headLength);
  return kinds.map((index) => {
    const kind = KINDS[index] as Kind;
    const values = arrayOf(kind, buffer, at, rows);
    at += aligned(rows * kind.bytes);
    return values instanceof Float64Array ? values : numbersOf(new Float64Array(values), kind);
  });
}

/**
 * The whole numbers of a kind, made into what they stand for in their place. A loop that meets one
 * kind of array only runs at twice the speed.
 */
function numbersOf(column: Float64Array, { scale, most }: Kind): Float64Array {
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    column[row] = value === -most ? NaN : value / scale;
  }
  return column;
}

/** The place in KINDS of the smallest that holds all the values. */
const kindFor = (column: Float64Array): number =>
  KINDS.findIndex((kind) => kind.bytes === 8 || column.every((value) => fits(value, kind)));

/** A -0 fits nowhere but in eight bytes. */
function fits(value: number, { scale, most }: Kind): boolean {
  if (Number.isNaN(value)) return true;
  if (Object.is(value, -0)) return false;
  const whole = Math.round(value * scale);
  return Math.abs(whole) < most && Object.is(whole / scale, value);
}
