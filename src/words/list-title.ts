// What a list is called in the heading of a message: `Top products of US over 7 days`.
import { periodOf, windowDaysOf, type Asked, type ListKind } from '../list/list-kind.ts';
import { askedOfMessage, listOfMessage, type AboutList } from '../message/about-list.ts';

/** Writes counted things: `7 days`. */
type Counter = { count(count: number, one: string, many?: string): string };

/**
 * Which list a message is about: its title, the region where it has one, and what its figures count
 * over; of a dated list its date, where that is known.
 */
export function listTitle(about: AboutList, writer: Counter): string {
  const list = listOfMessage(about);
  const asked = askedOfMessage(about);
  const region = asked.region ?? null;
  const where = region === null ? '' : ` of ${region === 'all_regions' ? 'all regions' : region}`;
  return `${list.title}${where}${spanText(list, asked, about.data_date ?? null, writer)}`;
}

function spanText(list: ListKind, asked: Asked, dataDate: string | null, writer: Counter): string {
  const period = periodOf(list, asked);
  if (period !== null) {
    const lead = { day: 'for', week: 'for the week of', month: 'for the month of' }[period];
    return dataDate === null ? ` by ${period}` : ` ${lead} ${dataDate}`;
  }
  return typeof list.windowDays === 'number'
    ? ''
    : ` over ${writer.count(windowDaysOf(list, asked), 'day')}`;
}
