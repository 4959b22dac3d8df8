// `/watches/W/coverage`: a square for every slot, and what each gap cost.
import { html } from 'ghtml';
import { isEvaluatedStatus } from '../../change/baseline.ts';
import { coverageQuery } from '../../history/sql/page-queries.ts';
import { DAY_MS } from '../../lib/clock.ts';
import { cleanText, plural } from '../../lib/text.ts';
import { zonedTime } from '../../lib/zoned-time.ts';
import { requireWatch } from '../../report/known-names.ts';
import { SNAPSHOT_STATUSES } from '../../store/schema/snapshots.ts';
import type { LeftPart } from '../../store/lake/left.ts';
import { listSlots, type WatchSlot } from '../../store/reading/watch-slots.ts';
import { percentText } from '../../words/short-numbers.ts';
import { commandText } from '../../words/shell-text.ts';
import { askedAt, askedCount } from '../asked.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { firstDue } from '../parts/first.ts';
import { leftHtml } from '../parts/left.ts';
import { page, type PageContext } from '../parts/page.ts';
import { slotDate, slotText, statusCell } from '../parts/slots.ts';
import { section, table } from '../parts/table.ts';
import { tableTime } from '../parts/times.ts';

/** The slots of the last `days`, oldest first. @throws AppError `not_found`, `usage` */
export function readCoverage(ctx: Pick<PageContext, 'deps' | 'now' | 'asked'>, watch: string) {
  const { deps, now, asked } = ctx;
  requireWatch(deps, watch);
  const until = askedAt(asked.query, deps.config.timezone) ?? now;
  const days = askedCount(asked.query, 'days', 366, [1, 3_660]);
  return listSlots(deps.db, watch, until - days * DAY_MS, until);
}

/** The calendar. */
export function coveragePage(ctx: PageContext, watch: string): string {
  const { deps, links } = ctx;
  const { timezone } = deps.config;
  const slots = readCoverage(ctx, watch);
  const sql = coverageQuery(watch);
  const also = alsoLinks(ctx, {
    json: path`/api/v1/watches/${watch}/coverage`,
    csv: path`/api/v1/watches/${watch}/coverage` + '.csv',
    command: commandText(['sql', sql]),
    sql,
  });
  const complete = slots.filter(({ status }) => status === 'complete').length;
  const share =
    slots.length === 0
      ? ''
      : `, ${percentText((complete * 100) / slots.length) ?? ''} of them complete`;
  const months = [...byMonth(slots, timezone)].reverse();
  const gaps = slots.filter(({ status }) => status !== 'complete').reverse();
  const body = html`<div class="head"><div>
<p class="crumbs"><a href="${links.to(path`/watches/${watch}`)}">${watch}</a></p><h1>Coverage</h1>
<p>${plural(slots.length, 'slot')}${share} · days in ${timezone}</p>!${leftHtml(leftIn(slots), timezone)}</div>!${also}</div>
!${slots.length === 0 ? firstDue(ctx, watch) : ''}<div class="card pad"><p class="legend">!${SNAPSHOT_STATUSES.map(statusCell)}</p>
<div class="months">!${months.map(([month, own]) => monthHtml(ctx, month, own))}</div></div>
!${section('Gaps')}!${table(
    [
      { head: `Slot, ${timezone}`, kind: 'name' },
      { head: 'Status', kind: 'w', from: 'under' },
      { head: 'Why', kind: 'long', from: 'under' },
      { head: 'What it cost', kind: 'long', from: 'under' },
    ],
    gaps.map((slot) => [
      html`<a href="${links.to(path`/snapshots/${slot.id}`)}">!${tableTime(slot.slotAt, timezone)}</a>${slotDate(deps.db, slot)}`,
      statusCell(slot.status),
      html`${cleanText(slot.reason ?? '')}`,
      cost(slot),
    ]),
    slots.length === 0 ? 'No slot has passed yet.' : 'Every slot has a complete snapshot.',
  )}`;
  return page(ctx, { title: `Coverage of ${watch}`, section: '/', body });
}

/** Those of them that are in a lake alone; the newest says in which. */
function leftIn(slots: readonly WatchSlot[]): LeftPart | null {
  const left = slots.filter(({ place }) => place !== undefined);
  const [first, last] = [left[0], left.at(-1)];
  if (first === undefined || last === undefined) return null;
  const { slotAt: toAt, place = '' } = last;
  return { place, snapshots: left.length, fromAt: first.slotAt, toAt };
}

/** What could not be said because of this slot. */
function cost({ status }: WatchSlot): string {
  if (isEvaluatedStatus(status))
    return 'who was not seen is unknown; no later list is compared with it';
  if (status === 'stale') return 'nothing: the source had nothing new';
  return 'no rule was evaluated; the next list is compared with an earlier one';
}

function byMonth(slots: readonly WatchSlot[], zone: string): Map<string, WatchSlot[]> {
  const months = new Map<string, WatchSlot[]>();
  for (const slot of slots) {
    const month = dayOf(slot, zone).slice(0, '2026-01'.length);
    months.set(month, [...(months.get(month) ?? []), slot]);
  }
  return months;
}

const dayOf = ({ slotAt }: WatchSlot, zone: string): string =>
  zonedTime(slotAt, zone).slice('Tue '.length, 'Tue 2026-01-05'.length);

/** Weeks begin on Monday. If a day has several slots, each has its square, in a row. */
function monthHtml(ctx: PageContext, month: string, slots: readonly WatchSlot[]): string {
  const { deps, links } = ctx;
  const zone = deps.config.timezone;
  const complete = slots.filter(({ status }) => status === 'complete').length;
  const isDaily = new Set(slots.map((slot) => dayOf(slot, zone))).size === slots.length;
  const first = slots[0];
  const lead = isDaily && first !== undefined ? weekday(dayOf(first, zone)) : 0;
  const blanks = Array.from({ length: lead }, () => '<span class="cell none"></span>');
  const squares = slots.map((slot) => {
    const [to, said] = [links.to(path`/snapshots/${slot.id}`), slotText(ctx, slot)];
    return html`<a class="cell ${slot.status}" href="${to}" title="${said}" aria-label="${said}"></a>`;
  });
  return html`<div class="month"><h3>${month}</h3><p class="small soft">${complete} of ${slots.length}</p>
<div class="week">!${blanks}!${squares}</div></div>`;
}

/** 0 for Monday. */
const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
