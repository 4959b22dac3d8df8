// What a list is called in the heading of a message: `Top products of US over 7 days`.
import { windowDaysOf, type Asked, type ListKind } from '../list/list-kind.ts';
import { askedOfMessage, listOfMessage, type AboutList } from '../message/about-list.ts';

/** Writes counted things: `7 days`. */
type Counter = { count(count: number, one: string, many?: string): string };

/**
 * Which list a message is about: its title, the region where it has one, what else was asked for,
 * and what its figures count over: `Best sellers, shop us`, `Top products of US over 7 days`.
 */
export function listTitle(about: AboutList, writer: Counter): string {
  const list = listOfMessage(about);
  const asked = askedOfMessage(about);
  const region = asked.region ?? null;
  const where = region === null ? '' : ` of ${region === 'all_regions' ? 'all regions' : region}`;
  const days = writer.count(windowDaysOf(list, asked), 'day');
  const over = list.windowParameter === null && list.dated === null ? '' : ` over ${days}`;
  return [`${list.title}${where}${over}`, ...othersOf(list, asked)].join(', ');
}

/** Parameters that the heading has not said yet. */
const othersOf = ({ parameters, windowParameter }: ListKind, asked: Asked): string[] =>
  parameters.flatMap(({ key, write }) => {
    const value = asked[key] ?? null;
    return key === 'region' || key === windowParameter || value === null ? [] : [write(value)];
  });
