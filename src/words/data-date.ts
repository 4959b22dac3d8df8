// The date of a dated list, as readers of messages write it.
import { periodOf } from '../list/dated.ts';
import type { Asked, ListKind } from '../list/list-kind.ts';
import type { Writer } from './writer.ts';

/** `10 Nov 2026`, `week of 10 Nov 2026`, `Nov 2026`: the day, the week or the month of a list. */
export function writtenDataDate(
  writer: Pick<Writer, 'date' | 'month'>,
  { dated }: Pick<ListKind, 'dated'>,
  asked: Asked,
  date: string,
): string {
  const period = dated === null ? 'day' : periodOf(dated, asked);
  if (period === 'month') return writer.month(date);
  return period === 'week' ? `week of ${writer.date(date)}` : writer.date(date);
}

/** The same with what it is of: `data of 10 Nov 2026`, `week of 10 Nov 2026`. */
export function saidDataDate(...[writer, list, asked, date]: Parameters<typeof writtenDataDate>) {
  const written = writtenDataDate(writer, list, asked, date);
  return written.startsWith('week of ') ? written : `data of ${written}`;
}
