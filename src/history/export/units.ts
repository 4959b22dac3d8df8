// The units that a file of an export holds, as the log of its folder says.
import type { UnitState } from '../../store/export/unit.ts';

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
