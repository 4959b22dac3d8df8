import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './clock.ts';
import { plural } from './text.ts';

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** `90s`, `36h`, `7d`, `1h30m` as milliseconds; undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount = '', , unit = ''] of text.matchAll(/(\d+(\.\d+)?)(ms|[smhdw])/g))
    total += Number(amount) * (UNIT_MS[unit] ?? NaN);
  return Number.isFinite(total) ? total : undefined;
}

/**
 * The two largest units that matter: `3d`, `1h 30m`, `45s`, `250ms`. Negative durations are written
 * as 0s.
 */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < SECOND_MS) return `${Math.round(ms)}ms`;
  let rest = Math.max(0, Math.round(ms / SECOND_MS)) * SECOND_MS;
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['m', MINUTE_MS],
    ['s', SECOND_MS],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

/** `1 day`, `7 days`, `6h`, `1d 1h`: how far apart two slots are, in days. */
export const formatGap = (days: number): string =>
  Number.isInteger(days) ? plural(days, 'day') : formatDuration(days * DAY_MS);
