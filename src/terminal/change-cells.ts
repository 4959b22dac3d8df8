// How changes look in a table: in words and in colour, never in colour alone.
import { differenceText } from '../words/short-numbers.ts';
import type { Cell } from './table.ts';

/** A difference in percent as a cell: green up, red down. */
export function differenceCell(percent: number | null): Cell {
  const text = differenceText(percent);
  if (text === null || percent === null) return null;
  if (percent === 0) return { text, tone: 'faint' };
  return { text, tone: percent > 0 ? 'good' : 'bad' };
}

const STATUS_CELLS: Record<string, Cell> = {
  new: { text: 'NEW', tone: 'good' },
  returned: { text: 'BACK', tone: 'good' },
  left: { text: 'LEFT', tone: 'bad' },
};

/**
 * How a rank changed: `▲28` is better by 28, `▼3` worse by 3, `=` level, `NEW`, `BACK` and `LEFT`;
 * null without a baseline.
 */
export function moveCell({
  status,
  rank_gain: gain,
}: {
  status: string | null;
  rank_gain: number | null;
}): Cell {
  if (status === null) return null;
  return STATUS_CELLS[status] ?? gainCell(gain);
}

function gainCell(gain: number | null): Cell {
  if (gain === null) return null;
  if (gain === 0) return { text: '=', tone: 'faint' };
  return gain > 0 ? { text: `▲${gain}`, tone: 'good' } : { text: `▼${-gain}`, tone: 'bad' };
}
