/**
 * The compact notation of rule tests: what a product's rank, or one of its metrics, is in each
 * slot.
 *
 *   12     a value                       40*3     three slots with the same value
 *   _      not observed (for a metric:   40-2*5   five slots: 40 38 36 34 32
 *          not known)                    _*3      three slots of the same kind
 *   x      proven absent
 *   !      the snapshot failed           ~        the snapshot was suspect
 *   >      a gap: nobody took a snapshot
 */
export type Token = number | '_' | 'x' | '!' | '~' | '>';

const VALUE = /^(-?\d+(?:\.\d+)?)(?:([+-]\d+(?:\.\d+)?)?\*(\d+))?$/;
const MARK = /^([_x!~>])(?:\*(\d+))?$/;

/** A row of more slots than this is a mistake. */
const MAX_SLOTS = 1_000;

/** One token per slot, or what is wrong. */
export function readNotation(text: string): readonly Token[] | { problem: string } {
  const tokens: Token[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const [, start, step = '0', count = '1'] = VALUE.exec(word) ?? [];
    const [, mark, times = '1'] = MARK.exec(word) ?? [];
    if (Math.max(Number(count), Number(times)) > MAX_SLOTS)
      return { problem: `has more than ${MAX_SLOTS} slots` };
    if (Math.min(Number(count), Number(times)) < 1)
      return { problem: `${JSON.stringify(word)} is no slot at all: a count is at least 1` };
    if (start !== undefined)
      tokens.push(
        ...Array.from({ length: Number(count) }, (_, i) =>
          rounded(Number(start) + i * Number(step)),
        ),
      );
    else if (mark !== undefined) tokens.push(...Array<Token>(Number(times)).fill(mark as Token));
    else
      return {
        problem: `${JSON.stringify(word)} is no slot: a slot is a number, _ x ! ~ or >, perhaps with a step and a count (40-2*5)`,
      };
  }
  return tokens.length > MAX_SLOTS ? { problem: `has more than ${MAX_SLOTS} slots` } : tokens;
}

/** Steps of tenths must not add up to 0.30000000000000004. */
const rounded = (value: number): number => Number(value.toFixed(6));
