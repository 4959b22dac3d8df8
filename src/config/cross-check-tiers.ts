// `retention.observations` with `then: lake`: what it needs elsewhere in the file, so that no rule
// ever looks for a list that is in the lake alone.
import { DAY_MS } from '../lib/clock.ts';
import { formatDuration, parseDuration } from '../lib/duration.ts';
import type { Path, Problem } from './problem.ts';
import { isMapping, textsOf, thingsOf, valueAt } from './raw.ts';

/** The views compare with 30 days ago, and z-scores with the last 28 lists: most are daily. */
const LEAST_MS = 35 * DAY_MS;

/** Problems of a file that thins for the lake; none of any other. */
export function checkTiers(raw: unknown): Problem[] {
  const at: Path = ['retention', 'observations'];
  const asked = valueAt(raw, at);
  if (!isMapping(asked) || asked.then !== 'lake') return [];
  const allMs = typeof asked.all === 'string' ? parseDuration(asked.all) : undefined;
  return [
    ...placeProblems(valueAt(raw, ['lake']), [...at, 'then']),
    ...(allMs === undefined ? [] : spanProblems(raw, allMs, [...at, 'all'])),
  ];
}

function placeProblems(lake: unknown, path: Path): Problem[] {
  if (lake === undefined || lake === null)
    return [{ path, text: 'needs a lake that holds the history: lake: { to: ./lake }' }];
  const views = isMapping(lake) ? lake.views : undefined;
  const lacks = Array.isArray(views) && !textsOf(views).some(({ text }) => text === 'history');
  return lacks
    ? [{ path, text: 'needs history among lake.views: the lake would not hold it' }]
    : [];
}

function spanProblems(raw: unknown, allMs: number, path: Path): Problem[] {
  if (allMs < LEAST_MS)
    return [
      { path, text: 'must be at least 35d before the lake: changes of 30 days look back so far' },
    ];
  const compared = [...thingsOf(raw, 'rules'), ...thingsOf(raw, 'digests')].flatMap(
    ({ name, thing }) => {
      const ms = typeof thing.compare === 'string' ? parseDuration(thing.compare) : undefined;
      return ms === undefined || ms <= allMs ? [] : [{ name, ms }];
    },
  );
  if (compared.length === 0) return [];
  const longest = formatDuration(Math.max(...compared.map(({ ms }) => ms)));
  const names = compared.map(({ name }) => name).join(', ');
  const text = `must be at least ${longest}, as long ago as ${names} compares with: older lists are in the lake alone`;
  return [{ path, text }];
}
