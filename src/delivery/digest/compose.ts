import { listTitle } from '../../words/list-title.ts';
import { truncate } from '../../lib/text.ts';
import type { DigestFacts, DigestMessage, DigestRow, DigestRule } from '../../message/digest.ts';
import { commandText } from '../../words/shell-text.ts';
import { subjectLine, SUBJECT_LENGTH } from '../render/subject.ts';
import { formatsOf, type Formats } from '../../words/digest-formats.ts';
import type { PageLinks } from '../page-links.ts';
import { footer, listUrl, pageFooter } from './footer.ts';
import { cutPage } from './cut-page.ts';
import { asCalled, withCommands, type Called } from '../../words/as-called.ts';
import { healthLines } from './health-words.ts';
import { listBlocks, nameText, rankText } from './list-words.ts';
import type { AlertsBlock, DigestPage } from './page.ts';
import { shortCaps, shortFacts } from './short.ts';
import { categoryBlocks, totalsBlock } from './totals-words.ts';

/**
 * Puts a digest into words, for the readers of one channel: all of it, or in short. `links` lead to
 * the page, where they have one; commands are written as `called`.
 */
export const digestPage = (
  { data, timestamp }: DigestMessage,
  channel: string,
  links?: PageLinks,
  called?: Called,
): DigestPage => {
  const page =
    data.detail === 'short'
      ? cutPage(pageOf(shortFacts(data), timestamp, channel, links), shortCaps(data))
      : pageOf(data, timestamp, channel, links);
  const health = page.health.map(({ text, isBad }) => ({ text: asCalled(called, text), isBad }));
  return withCommands(called, { ...page, health });
};

function pageOf(
  data: DigestFacts,
  timestamp: string,
  channel: string,
  links: PageLinks | undefined,
): DigestPage {
  const formats = formatsOf(data);
  const news = newsOf(data, formats);
  return {
    subject: subjectText(data, news),
    preview: news
      .slice(1)
      .map((write) => write(40))
      .join(' · '),
    title: `${data.digest}, ${formats.range(data.since_at, data.slot_at)}`,
    subtitle: subtitle(data, formats),
    url: data.watches.length === 1 ? listUrl(links, data, data.watches[0]) : undefined,
    locale: data.locale,
    health: healthLines(data, timestamp, formats),
    quiet: data.quiet
      ? 'All quiet: nothing fired, nothing entered or left, and no product moved by a fifth of its rank.'
      : null,
    alerts:
      data.alerts.length === 0
        ? null
        : alertsBlock(data.alerts, formats, data.watches.length === 1, links),
    totals: totalsBlock(data, formats, links),
    lists: data.quiet ? [] : listBlocks(data, formats, links),
    categories: data.quiet ? [] : categoryBlocks(data, formats),
    footer: links === undefined ? footer(data, channel) : pageFooter(data, channel, links),
    thread: `digest/${data.digest}`,
  };
}

function subtitle({ watches }: DigestFacts, formats: Formats): string {
  const [only, ...others] = watches;
  if (only === undefined) return 'No watch is configured.';
  if (others.length > 0) return formats.count(watches.length, 'list');
  return listTitle(only, formats);
}

/** A piece of news as text, with the name in it cut to so many characters. */
type News = (nameLength: number) => string;

/** The news, the greatest first. */
function newsOf(data: DigestFacts, formats: Formats): News[] {
  const total = (count: (rule: DigestRule) => number) =>
    data.alerts.reduce((sum, rule) => sum + count(rule), 0);
  const [fired, resolved] = [total((rule) => rule.fired), total((rule) => rule.resolved)];
  const told = (count: number, text: string): News[] => (count === 0 ? [] : [() => text]);
  const mover = (row: DigestRow | undefined): News[] =>
    row === undefined
      ? []
      : [
          (length) =>
            `${truncate(nameText(row.product.name), length)} ${rankText(row.rank_before, formats)} → ${rankText(row.rank, formats)}`,
        ];
  const untold = data.watches.filter(({ snapshot }) => snapshot === null).length;
  return [
    ...told(
      untold,
      untold === data.watches.length
        ? 'no complete snapshot'
        : `${formats.count(untold, 'list')} without a complete snapshot`,
    ),
    ...told(fired, formats.count(fired, 'alert')),
    ...mover(data.climbers.rows[0]),
    ...told(data.entered.total, `${formats.number(data.entered.total)} new`),
    ...told(data.left.total, `${formats.number(data.left.total)} left`),
    ...told(data.returned.total, `${formats.number(data.returned.total)} back`),
    ...mover(data.fallers.rows[0]),
    ...told(resolved, `${formats.number(resolved)} resolved`),
  ];
}

const MAX_NEWS = 4;

/**
 * `weekly: 3 alerts, Perfume #12 → #2, 41 new, 17 left`: as much news as fits. First the name is
 * shortened, then news is left out from the end.
 */
function subjectText(data: DigestFacts, news: readonly News[]): string {
  if (data.quiet) return subjectLine(`${data.digest}: all quiet`);
  if (news.length === 0)
    return subjectLine(
      `${data.digest}: ${data.watches.some(({ baseline }) => baseline !== null) ? 'nothing new' : 'nothing to compare with yet'}`,
    );
  for (let count = Math.min(MAX_NEWS, news.length); count > 0; count--) {
    for (const nameLength of [40, 24, 14]) {
      const text = `${data.digest}: ${news
        .slice(0, count)
        .map((write) => write(nameLength))
        .join(', ')}`;
      if ([...text].length <= SUBJECT_LENGTH) return subjectLine(text);
    }
  }
  return subjectLine(data.digest);
}

function alertsBlock(
  rules: readonly DigestRule[],
  formats: Formats,
  isSingle: boolean,
  links: PageLinks | undefined,
): AlertsBlock {
  const sum = (key: 'fired' | 'resolved' | 'muted') =>
    rules.reduce((total, rule) => total + rule[key], 0);
  return {
    rest: 0,
    command: commandText(['alerts']),
    url: links?.alerts(),
    heading: `Alerts: ${[
      `${formats.number(sum('fired'))} fired`,
      `${formats.number(sum('resolved'))} resolved`,
      ...(sum('muted') === 0 ? [] : [`${formats.number(sum('muted'))} muted`]),
    ].join(', ')}`,
    rules: rules.map((rule) => {
      const counts = (['fired', 'resolved', 'muted'] as const).flatMap((key) =>
        rule[key] === 0 ? [] : [`${formats.number(rule[key])} ${key}`],
      );
      const more = rule.fired + rule.resolved - rule.alerts.length;
      return {
        name: rule.rule,
        tone: rule.severity,
        counts: [
          ...counts,
          ...(rule.open === 0 ? [] : [`${formats.number(rule.open)} still firing`]),
          ...(rule.adopted === 0
            ? []
            : [`${formats.number(rule.adopted)} true from the start, not told`]),
        ].join(', '),
        lines: rule.alerts.map((alert) => ({
          url: links?.alert(alert.id),
          direction: alert.event === 'resolved' ? 'level' : directionOf(alert),
          text: [
            `${nameText(alert.product.name)} ${alertRanks(alert, formats)}`,
            isSingle ? null : alert.watch,
            formats.shortDay(alert.at),
          ]
            .filter((part) => part !== null)
            .join(' · '),
        })),
        more: {
          count: Math.max(0, more),
          command: commandText(['alerts'], { rule: rule.rule }),
          url: links?.alerts(rule.rule),
        },
      };
    }),
  };
}

type Alert = DigestRule['alerts'][number];

function directionOf({ rank, rank_before: before }: Alert) {
  if (rank === null) return 'down';
  if (before === null || rank < before) return 'up';
  return rank > before ? 'down' : 'level';
}

function alertRanks({ event, rank, rank_before: before }: Alert, formats: Formats): string {
  if (event === 'resolved') return 'resolved';
  if (rank === null)
    return before === null ? 'not on the list' : `left, was ${formats.rank(before)}`;
  return before === null || before === rank
    ? formats.rank(rank)
    : `${formats.rank(before)} → ${formats.rank(rank)}`;
}
