import type { Check } from '../report/check.ts';
import { wrapText } from '../words/fit-text.ts';
import type { Io } from './io.ts';
import { paint } from './tone.ts';

const LEVELS = { ok: ['ok  ', 'good'], warn: ['WARN', 'warning'], fail: ['FAIL', 'bad'] } as const;
const INDENT = '      ';

/** A check, its level first: in lines as wide as a terminal, elsewhere in one line. */
export function checkText(
  { name, level, text }: Check,
  { color, columns, isTerminal }: Pick<Io, 'color' | 'columns' | 'isTerminal'>,
): string {
  const [label, tone] = LEVELS[level];
  const line = `${name}: ${text}`;
  const said = isTerminal ? wrapText(`${INDENT}${line}`, columns, INDENT).trimStart() : line;
  return `${paint(label, tone, color)}  ${said}\n`;
}
