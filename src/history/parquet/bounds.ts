/** The least and the greatest of some numbers; both NaN without one. */
export type Range = { least: number; most: number };

/** Finds them in one go. */
export function rangeOf(numbers: Float64Array): Range {
  if (numbers.length === 0) return { least: NaN, most: NaN };
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    if (number < least) least = number;
    if (number > most) most = number;
  }
  return { least, most };
}

/** @throws Error when one is no whole number, or beyond what is exact, or beyond 32 bits */
export function refuseOthers(
  kind: 'int32' | 'int64',
  numbers: Float64Array,
  { least, most }: Range,
): void {
  const [low, high] =
    kind === 'int32'
      ? [-(2 ** 31), 2 ** 31 - 1]
      : [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  if (least < low || most > high) throw new Error(`${least} to ${most} are beyond ${kind}`);
  for (let at = 0; at < numbers.length; at++)
    if (Math.floor(numbers[at] as number) !== numbers[at])
      throw new Error(`${numbers[at]} is no whole number`);
}

/** The least and the greatest of some texts by their bytes, as places; undefined without one. */
export function textRange(texts: readonly Uint8Array[]): { least: number; most: number } | null {
  if (texts.length === 0) return null;
  let [least, most] = [0, 0];
  for (let at = 1; at < texts.length; at++) {
    const text = texts[at] as Uint8Array;
    if (Buffer.compare(text, texts[least] as Uint8Array) < 0) least = at;
    if (Buffer.compare(text, texts[most] as Uint8Array) > 0) most = at;
  }
  return { least, most };
}
