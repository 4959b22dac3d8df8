// The units of an exported view: snapshots, or alerts. What each is made of, and what its rows
// depend on, so that it is known which of them must be written again.

/**
 * `digest` covers all that its rows are made of. `deps` are the slots of the snapshots that they
 * were compared with, the baseline first; empty without one. Both go by slots and names, never by
 * ids, which a restored database gives out again.
 */
export type UnitState = { digest: string; deps: readonly string[] };

/**
 * By key: an ISO slot, with the rule and the product of an alert behind it. Keys sort as the rows
 * of a file do.
 */
export type Units = ReadonlyMap<string, UnitState>;

/** Tag of a file in the log: what it holds. */
export const UNITS_TAG = 'tidemark.units';

/** As JSON, small: `{"2026-11-23T06:00:00.000Z": "DIGEST BASELINE …"}`. */
export const formatUnits = (units: Units): string =>
  JSON.stringify(
    Object.fromEntries(
      [...units].map(([key, { digest, deps }]) => [key, [digest, ...deps].join(' ')]),
    ),
  );

/** @throws Error when it is not what `formatUnits` writes. */
export function parseUnits(text: string): Units {
  return new Map(
    Object.entries(JSON.parse(text) as Record<string, string>).map(([key, value]) => {
      const [digest = '', ...deps] = value.split(' ');
      return [key, { digest, deps }];
    }),
  );
}

/** The key of the unit that a row belongs to. */
export const unitKey = (slotAt: string, rule?: string, product?: string): string =>
  rule === undefined ? slotAt : `${slotAt}|${rule}|${product ?? ''}`;

/** The slot in a key. */
export const slotOf = (key: string): string => key.split('|', 1)[0] ?? '';
