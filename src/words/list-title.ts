// What a list is called in the heading of a message: `Top products of US over 7 days`.
import { windowDaysOf } from '../list/list-kind.ts';
import { askedOfMessage, listOfMessage, type AboutList } from '../message/about-list.ts';

/** Writes counted things: `7 days`. */
type Counter = { count(count: number, one: string, many?: string): string };

/**
 * Which list a message is about: its title, the region where it has one, and what its figures count
 * over.
 */
export function listTitle(about: AboutList, writer: Counter): string {
  const list = listOfMessage(about);
  const asked = askedOfMessage(about);
  const region = asked.region ?? null;
  const where = region === null ? '' : ` of ${region === 'all_regions' ? 'all regions' : region}`;
  return `${list.title}${where} over ${writer.count(windowDaysOf(list, asked), 'day')}`;
}
