import type { Check } from '../report/check.ts';
import type { Fit } from './table.ts';
import { paint } from './tone.ts';

const LEVELS = { ok: ['ok  ', 'good'], warn: ['WARN', 'warning'], fail: ['FAIL', 'bad'] } as const;

/** A check in one line, its level first. */
export function checkText({ name, level, text }: Check, { color }: Pick<Fit, 'color'>): string {
  const [label, tone] = LEVELS[level];
  return `${paint(label, tone, color)}  ${name}: ${text}\n`;
}
