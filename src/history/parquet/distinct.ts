/** Different numbers in the order they were first seen, and which of them each number is. */
export type Distinct = { numbers: Float64Array; places: Int32Array };

/** Odd, and large: every bit of a number moves the bits that choose its slot. */
const [SPREAD_LOW, SPREAD_HIGH] = [0x9e3779b1, 0x85ebca6b];

/** How many bits choose a slot at first. */
const FIRST_BITS = 9;

/**
 * Tells apart the numbers, none of which is NaN or -0; null where more than half of them are
 * different: then no dictionary of them is smaller than they are.
 */
export function distinctOf(numbers: Float64Array): Distinct | null {
  const most = Math.floor(numbers.length / 2);
  const places = new Int32Array(numbers.length);
  const found = new Float64Array(most);
  let count = 0;
  let table = makeTable(FIRST_BITS);
  let last = NaN;
  let lastPlace = 0;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    if (number !== last) {
      let slot = slotOf(table, number);
      let place = table.slots[slot] as number;
      while (place !== 0 && found[place - 1] !== number) {
        slot = (slot + 1) & table.mask;
        place = table.slots[slot] as number;
      }
      if (place === 0) {
        if (count === most) return null;
        found[count] = number;
        place = ++count;
        table.slots[slot] = place;
        if (count * 2 > table.mask) table = widerTable(table, found.subarray(0, count));
      }
      last = number;
      lastPlace = place - 1;
    }
    places[at] = lastPlace;
  }
  return { numbers: found.subarray(0, count), places };
}

/** Each slot has a place, counted from 1, or 0; at most half are taken, so that a free one is near. */
type Table = { slots: Int32Array; mask: number; shift: number };

const makeTable = (bits: number): Table => ({
  slots: new Int32Array(2 ** bits),
  mask: 2 ** bits - 1,
  shift: 32 - bits,
});

function widerTable({ shift }: Table, found: Float64Array): Table {
  const table = makeTable(34 - shift);
  for (let at = 0; at < found.length; at++) {
    let slot = slotOf(table, found[at] as number);
    while (table.slots[slot] !== 0) slot = (slot + 1) & table.mask;
    table.slots[slot] = at + 1;
  }
  return table;
}

/** One number, seen as its two halves. */
const NUMBER = new Float64Array(1);
const HALVES = new Int32Array(NUMBER.buffer);

function slotOf({ shift }: Table, number: number): number {
  NUMBER[0] = number;
  const low = Math.imul(HALVES[0] as number, SPREAD_LOW);
  return Math.imul(low ^ (low >>> 15) ^ (HALVES[1] as number), SPREAD_HIGH) >>> shift;
}
