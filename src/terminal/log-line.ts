// A line of the daemon's log as a person reads it at a terminal.
import { cleanText } from '../lib/text.ts';
import { wrapText } from '../words/fit-text.ts';
import { clockTime, shortTime } from '../words/times.ts';
import { paint, type Tone } from './tone.ts';

const LEVELS: Readonly<Record<number, readonly [string, Tone]>> = {
  40: ['! ', 'warning'],
  50: ['!!', 'bad'],
};
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * `06:00:41    snapshot: us-daily complete, rows 500`: the time by the clock of `timeZone`, the
 * message, and its fields, in lines of at most `columns`. A text that is no line of the log is returned
 * as it is.
 */
export function logLine(
  json: string,
  { timeZone, color, columns }: { timeZone: string; color: boolean; columns: number },
): string {
  const fields = read(json);
  if (fields === null) return json;
  const { level, time, msg, ...rest } = fields;
  const [mark, tone] = LEVELS[Number(level)] ?? ['  ', 'good'];
  const at = clockTime(Date.parse(String(time)), timeZone);
  const said = Object.entries(rest).flatMap(([name, value]) => fieldText(name, value, timeZone));
  const lead = `${at} ${mark} `;
  const line = `${lead}${cleanText(String(msg))}${said.length === 0 ? '' : `: ${said.join(', ')}`}`;
  const text = `${lead}${wrapText(line.slice(lead.length), columns - lead.length, '')}`.replaceAll(
    '\n',
    `\n${' '.repeat(lead.length)}`,
  );
  return `${mark === '  ' ? text : paint(text, tone, color)}\n`;
}

function read(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function fieldText(name: string, value: unknown, timeZone: string): string[] {
  if (value === null || value === undefined) return [];
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  if (Array.isArray(value)) return value.map((one) => cleanText(String(one)));
  if (typeof value === 'object') return [`${words} ${cleanText(JSON.stringify(value))}`];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (INSTANT.test(text)) return [`${words} ${shortTime(Date.parse(text), timeZone)}`];
  return [name === 'watch' || name === 'status' ? cleanText(text) : `${words} ${cleanText(text)}`];
}
