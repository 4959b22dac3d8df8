import { windowDaysOf } from '../../list/list-kind.ts';
import { askedOfMessage, listOfMessage } from '../../message/about-list.ts';
import { cleanText, isolated, truncate } from '../../lib/text.ts';
import type { DigestFacts, DigestWatch } from '../../message/digest.ts';
import { saidDataDate } from '../../words/data-date.ts';
import { sentence, type Formats } from '../../words/digest-formats.ts';
import type { DigestPage } from './page.ts';

type Line = DigestPage['health'][number];

/** How many troubles, and lists without figures, are told; further ones are counted. */
const MAX_TOLD = 6;
const REASON_LENGTH = 90;

const fine = (text: string): Line => ({ text, isBad: false });
const bad = (text: string): Line => ({ text, isBad: true });

/** What the figures are worth: snapshots taken of expected, rows, baselines, gaps, credits. */
export function healthLines(facts: DigestFacts, timestamp: string, formats: Formats): Line[] {
  const { watches, credits } = facts;
  return [
    ...lateness(facts, timestamp, formats),
    snapshotLine(watches, formats),
    ...inLakeLine(watches, formats),
    ...troubleLines(watches, formats),
    ...(watches.length === 1
      ? watches.flatMap((watch) => comparisonLine(watch, facts.compare, formats))
      : comparisonLines(facts, formats)),
    fine(
      `${formats.count(credits.used, 'credit')} used${leftText(credits, formats)}. Times are in ${facts.timezone}.`,
    ),
  ];
}

function leftText({ left, sources = [] }: DigestFacts['credits'], formats: Formats): string {
  if (sources.length > 1)
    return `, left today: ${sources.map((one) => `${one.source} ${formats.number(one.left)}`).join(', ')}`;
  return left === null ? '' : `, ${formats.number(left)} left today`;
}

/** A digest that is written this long after it was due says so: its reader expects the present. */
const LATE_AFTER_MS = 12 * 3_600_000;

function lateness(
  { periods, since_at: since, slot_at: slot }: DigestFacts,
  timestamp: string,
  formats: Formats,
): Line[] {
  const isLate = Date.parse(timestamp) - Date.parse(slot) > LATE_AFTER_MS;
  return [
    ...(periods > 1
      ? [
          bad(
            sentence(
              `Covers ${formats.count(periods, 'period')}: none could be written since ${formats.time(since)}`,
            ),
          ),
        ]
      : []),
    ...(isLate
      ? [
          bad(
            sentence(
              `Late: it was due on ${formats.time(slot)} and written on ${formats.time(timestamp)}`,
            ),
          ),
        ]
      : []),
  ];
}

function snapshotLine(watches: readonly DigestWatch[], formats: Formats): Line {
  const sum = (key: Exclude<keyof DigestWatch['health'], 'troubles' | 'in_lake'>) =>
    watches.reduce((all, { health }) => all + health[key], 0);
  const expected = sum('expected');
  const kinds = (['partial', 'stale', 'suspect', 'failed', 'missed', 'pending'] as const).flatMap(
    (kind) =>
      sum(kind) === 0
        ? []
        : [`${formats.number(sum(kind))} ${kind === 'pending' ? 'not taken yet' : kind}`],
  );
  const extra =
    sum('extra') === 0
      ? ''
      : ` ${formats.count(sum('extra'), 'snapshot')} taken by hand or imported besides.`;
  if (expected === 0)
    return sum('extra') === 0
      ? bad('No snapshot was due in this period.')
      : fine(`No snapshot was due in this period.${extra}`);
  const why = kinds.length === 0 ? '' : `: ${kinds.join(', ')}`;
  const text = `${formats.number(sum('complete'))} of ${formats.count(expected, 'snapshot')} complete${why}.${extra}`;
  return kinds.length === 0 ? fine(text) : bad(text);
}

/** Slots that are counted, and of which nothing else is here. */
function inLakeLine(watches: readonly DigestWatch[], formats: Formats): Line[] {
  const left = watches.flatMap(({ health }) => health.in_lake ?? []);
  const [from, to] = [
    left.map((one) => one.from).sort()[0],
    left
      .map((one) => one.to)
      .sort()
      .at(-1),
  ];
  if (from === undefined || to === undefined) return [];
  const count = left.reduce((sum, { snapshots }) => sum + snapshots, 0);
  const span = count === 1 ? formats.day(from) : `from ${formats.span(from, to)}`;
  const [are, them] = count === 1 ? ['is', 'its list is'] : ['are', 'their lists are'];
  return [
    bad(
      `${formats.count(count, 'snapshot')} of them, ${span}, ${are} in the lake alone: ${them} not shown here.`,
    ),
  ];
}

/** What the one list is compared with, or why it is not. */
function comparisonLine(listed: DigestWatch, compare: string, formats: Formats): Line[] {
  const { watch, snapshot, baseline } = listed;
  const list = listOfMessage(listed);
  if (snapshot === null)
    return [bad(sentence(`${watch}: ${missingText(listed, compare, formats)}`))];
  const date =
    typeof listed.data_date === 'string'
      ? `, ${saidDataDate(formats, list, askedOfMessage(listed), listed.data_date)}`
      : '';
  const of = `${watch} of ${formats.time(snapshot.slot_at)}${date}, ${formats.number(snapshot.rows)} of ${formats.count(snapshot.of, list.row.one, list.row.many)}`;
  const scope = windowDaysOf(list, askedOfMessage(listed));
  const overlap =
    scope > 1 && list.dated === null
      ? [
          fine(
            `Its figures look back ${formats.count(scope, 'day')}. Neighbouring days overlap, so nothing is added up over days.`,
          ),
        ]
      : [];
  if (baseline === null)
    return [bad(sentence(`${of}: ${missingText(listed, compare, formats)}`)), ...overlap];
  return [
    fine(
      `${of}, against ${formats.time(baseline.slot_at)}, ${distance(baseline.gap_days, formats)} before.`,
    ),
    ...overlap,
  ];
}

const distance = (days: number, formats: Formats): string =>
  `${formats.days(days)} ${Math.round(days * 10) === 10 ? 'day' : 'days'}`;

/** Many lists: how many are compared with what, and those that are not by name. */
function comparisonLines({ watches, compare }: DigestFacts, formats: Formats): Line[] {
  const compared = watches.filter(({ baseline }) => baseline !== null);
  const missing = watches.filter((watch) => watch.missing !== null);
  const dates = [...new Set(compared.map(({ baseline }) => formats.day(baseline?.slot_at ?? '')))];
  const usual =
    compare === 'previous' ? 'the snapshot before' : `those ${formats.digits(compare)} before`;
  const against = dates.length === 1 ? `those of ${dates[0] ?? ''}` : usual;
  return [
    ...(compared.length === 0
      ? []
      : [
          fine(
            sentence(
              `${formats.number(compared.length)} of ${formats.count(watches.length, 'list')} compared with ${against}`,
            ),
          ),
        ]),
    ...told(
      formats,
      missing.map((watch) => sentence(`${watch.watch}: ${missingText(watch, compare, formats)}`)),
    ).map(bad),
  ];
}

function missingText(
  { missing, snapshot }: DigestWatch,
  compare: string,
  formats: Formats,
): string {
  switch (missing?.kind) {
    case 'no_complete':
      return missing.at === null
        ? 'no complete list yet'
        : `no complete list in this period, the last one is of ${formats.day(missing.at)}`;
    case 'no_baseline':
      return missing.at === null
        ? `nothing to compare with, ${compare === 'previous' ? 'the complete list before it is too old' : `there is no complete list of ${formats.digits(compare)} before`}`
        : `nothing to compare with, its first complete list is of ${formats.day(missing.at)}`;
    case 'in_lake':
      return `nothing to ${snapshot === null ? 'show' : 'compare with'}, the list of ${formats.day(missing.at ?? '')} is in the lake alone`;
    case 'not_started':
    case undefined:
      return 'nothing was taken yet';
  }
}

/** Which slots are not complete, and why; those of one watch with one reason together. */
function troubleLines(watches: readonly DigestWatch[], formats: Formats): Line[] {
  const lines = watches.flatMap(({ watch, health }) => {
    const groups = new Map<string, string[]>();
    for (const { slot_at: slot, status, reason } of health.troubles) {
      const what = `${status === 'pending' ? '' : `${status}, `}${isolated(truncate(formats.told(cleanText(reason)), REASON_LENGTH))}`;
      groups.set(what, [...(groups.get(what) ?? []), slot]);
    }
    const untold = health.expected - health.complete - health.troubles.length;
    const of = watches.length === 1 ? '' : `${watch}, `;
    return [
      ...[...groups].map(([what, slots]) => `${of}${spanText(slots, formats)}: ${what}`),
      ...(untold > 0 ? [`${of}${formats.number(untold)} more before that`] : []),
    ];
  });
  return told(formats, lines).map(bad);
}

/** `Wed, Jan 7`, or `5 from Sat, Jan 3 to Wed, Jan 7`; the newest comes first. */
function spanText(slots: readonly string[], formats: Formats): string {
  const [last = '', first] = [slots[0], slots.at(-1)];
  return first === undefined || slots.length === 1
    ? formats.day(last)
    : `${formats.number(slots.length)} from ${formats.span(first, last)}`;
}

const told = (formats: Formats, lines: readonly string[]): string[] => [
  ...lines.slice(0, MAX_TOLD),
  ...(lines.length > MAX_TOLD
    ? [`and ${formats.number(lines.length - MAX_TOLD)} more: tidemark status`]
    : []),
];
