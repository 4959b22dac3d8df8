import { saidDataDate } from '../../words/data-date.ts';
import { listTitle } from '../../words/list-title.ts';
import { linkOf } from '../../list/link.ts';
import type { Asked, ListKind } from '../../list/list-kind.ts';
import { askedOfMessage, listOfMessage } from '../../message/about-list.ts';
import type { AlertFact, AlertsMessage } from '../../message/alerts.ts';
import { RECORD_AFTER_SLOTS } from '../../change/movers.ts';
import { HOUR_MS } from '../../lib/clock.ts';
import type { Letter, LetterContext, Section } from './letter.ts';
import type { Entry, Tone } from '../../words/entry.ts';
import { clean, commandHints, pageHints } from './alerts-hints.ts';
import type { PageLinks } from '../page-links.ts';
import { courseCaption } from './lines.ts';
import { focusFacts, numberOf } from '../../words/number-text.ts';
import { commandText } from '../../words/shell-text.ts';
import { alertsSubject, totals } from './subject.ts';
import { writerOf, type Writer } from '../../words/writer.ts';

const NAME_LENGTH = 120;
const DESCRIPTION_LENGTH = 300;
/** A footer that names more rules than this is too long to read. */
const RULES_NAMED = 8;

/**
 * Alerts that fired, were reminded of or resolved, as the entries and lines that every format
 * shows.
 */
export function alertsLetter(message: AlertsMessage, context: LetterContext): Letter {
  const { data } = message;
  const { links } = context;
  const writer = writerOf(context);
  const list = listOfMessage(data);
  const about = { list, asked: askedOfMessage(data), watch: data.watch };
  const sections = groupByRule(data.alerts).map((alerts) => section(alerts, about, context));
  return {
    subject: alertsSubject(message, writer),
    locale: context.locale,
    title: `${data.watch}: ${countsText(message, writer)}`,
    ...(links === undefined ? {} : { url: links.watch(data.watch, { at: data.slot_at }) }),
    intro: intro(message, writer),
    sections,
    more: {
      count: data.truncated,
      command: commandText(['alerts']),
      ...(links === undefined ? {} : { url: links.alerts() }),
    },
    footer: [
      {
        text: `You get this because ${rulesText(message, writer)} of ${data.watch} ${totals(data.summary).rules === 1 ? 'tells' : 'tell'} the channel "${context.channel}".`,
        command: null,
      },
      ...(links === undefined ? commandHints(message) : pageHints(message, links)),
    ],
    thread: `${data.watch}/${data.summary[0]?.rule ?? ''}`,
  };
}

type About = { list: ListKind; asked: Asked; watch: string };

/** `the rule breakout`, `the rules a, b and 12 more` */
function rulesText({ data }: AlertsMessage, writer: Writer): string {
  const names = data.summary.map(({ rule }) => rule);
  if (names.length === 1) return `the rule ${names[0] ?? ''}`;
  const isMany = names.length > RULES_NAMED;
  const shown = isMany ? names.slice(0, RULES_NAMED) : names.slice(0, -1);
  const last = isMany ? `${writer.number(names.length - RULES_NAMED)} more` : (names.at(-1) ?? '');
  return `the rules ${shown.join(', ')} and ${last}`;
}

function countsText({ data }: AlertsMessage, writer: Writer): string {
  const { fired, reminders, resolved } = totals(data.summary);
  return [
    fired > 0 ? `${writer.count(fired, 'alert')} fired` : '',
    reminders > 0 ? `${writer.count(reminders, 'alert')} still firing` : '',
    resolved > 0 ? `${writer.number(resolved)} resolved` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function intro({ data }: AlertsMessage, writer: Writer): string[] {
  const date =
    typeof data.data_date === 'string'
      ? ` (${saidDataDate(writer, listOfMessage(data), askedOfMessage(data), data.data_date)})`
      : '';
  const list = `${listTitle(data, writer)}${date}, ${writer.instant(data.slot_at)}.`;
  const storm =
    'So much of the list changed at once that this may be an event of the source, not of the market.';
  const partial = `The snapshot is ${data.snapshot.status}: what it does not show is unknown, not gone.`;
  return [
    list,
    ...(data.storm ? [storm] : []),
    ...(data.snapshot.status === 'complete' ? [] : [partial]),
  ];
}

/** Alerts of one rule and event together, both in the order of the message. */
function groupByRule(alerts: readonly AlertFact[]): [AlertFact, ...AlertFact[]][] {
  const groups = new Map<string, [AlertFact, ...AlertFact[]]>();
  for (const alert of alerts) {
    const key = `${alert.event}/${alert.rule}`;
    const group = groups.get(key);
    if (group) group.push(alert);
    else groups.set(key, [alert]);
  }
  return [...groups.values()];
}

const EVENT_TEXT: Record<AlertFact['event'], string> = {
  fired: '',
  reminder: ' still firing',
  resolved: ' resolved',
};

function section(
  alerts: [AlertFact, ...AlertFact[]],
  about: About,
  context: LetterContext,
): Section {
  const [first] = alerts;
  const baselines = new Set(alerts.map((alert) => alert.baseline_at));
  const isShared = baselines.size === 1;
  const severity =
    first.severity === 'info' || first.event === 'resolved' ? '' : ` (${first.severity})`;
  const tone: Tone = first.event === 'resolved' ? 'good' : first.severity;
  return {
    heading: `${first.rule}${EVENT_TEXT[first.event]}${severity}`,
    tone,
    notes: [
      ...(first.description === null ? [] : [clean(first.description, DESCRIPTION_LENGTH)]),
      first.event === 'resolved' && first.clear !== null
        ? `Clears when ${clean(first.clear, DESCRIPTION_LENGTH)}`
        : `Fires when ${clean(first.when, DESCRIPTION_LENGTH)}`,
      ...(isShared ? [sentence(sinceText(first, writerOf(context)))] : []),
    ],
    entries: alerts.map((alert) => entry(alert, isShared, about, context)),
    ...(first.event === 'resolved' ? { isOver: true } : {}),
  };
}

function entry(
  alert: AlertFact,
  isBaselineShared: boolean,
  { list, asked, watch }: About,
  context: LetterContext,
): Entry {
  const { change, product } = alert;
  const path = [product.category_l1, product.category_l2]
    .filter((part) => part !== null && part !== '')
    .map((part) => clean(part ?? '', NAME_LENGTH))
    .join(' › ');
  const writer = writerOf(context);
  const link = linkOf(list, asked, product.id);
  const facts = focusFacts(alert.when, change, list, writer);
  if (alert.event !== 'fired') facts.push({ label: 'fired', text: firedText(alert, writer) });
  return {
    title: clean(product.name, NAME_LENGTH),
    context: [path, `id ${clean(product.id, 40)}`, `alert ${alert.id}`]
      .filter((part) => part !== '')
      .join(' · '),
    headline: rankText(alert, writer),
    direction: directionOf(alert),
    facts,
    since: isBaselineShared ? null : sinceText(alert, writer),
    ranks: context.ranks.get(product.id) ?? [],
    caption: courseCaption(context.ranks.get(product.id) ?? [], writer),
    ...(link === undefined ? {} : { link }),
    ...(context.links === undefined ? {} : { pages: pagesOf(context.links, watch, alert) }),
  };
}

const pagesOf = (links: PageLinks, watch: string, { id, product }: AlertFact) => ({
  product: links.product(watch, product.id),
  alert: links.alert(id),
  mute: links.mute({ product: product.id }),
});

/** `40 → 12, up 28`, or what else became of the rank. */
function rankText({ change }: AlertFact, writer: Writer): string {
  const rank = numberOf(change, 'rank');
  const before = numberOf(change, 'rank_before');
  const best =
    rank !== null &&
    rank === numberOf(change, 'rank_best') &&
    (numberOf(change, 'slots_on_list') ?? 0) > RECORD_AFTER_SLOTS
      ? ', its best so far'
      : '';
  if (rank === null)
    return before === null ? 'not on the list' : `left the list, was ${writer.rank(before)}`;
  if (change.status === 'new') return `new at ${writer.rank(rank)}`;
  if (change.status === 'returned') return `back at ${writer.rank(rank)}${best}`;
  if (before === null) return `${writer.rank(rank)}${best}`;
  if (before === rank) return `${writer.rank(rank)}, unmoved${best}`;
  const by = writer.number(Math.abs(before - rank));
  return `${writer.rank(before)} → ${writer.rank(rank)}, ${before > rank ? 'up' : 'down'} ${by}${best}`;
}

function directionOf({ change }: AlertFact): Entry['direction'] {
  const gain = numberOf(change, 'rank_gain');
  if (change.status === 'new' || change.status === 'returned' || (gain ?? 0) > 0) return 'up';
  return change.status === 'left' || (gain ?? 0) < 0 ? 'down' : 'level';
}

const sinceText = (
  { baseline_at: baselineAt, gap_days: gapDays }: AlertFact,
  writer: Writer,
): string =>
  baselineAt === null
    ? 'no baseline to compare with'
    : `compared with ${writer.moment(baselineAt)}${gapDays === null ? '' : `, ${writer.gap(gapDays)} earlier`}`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function firedText(alert: AlertFact, writer: Writer): string {
  const until = alert.resolved_slot_at ?? alert.slot_at;
  const lastedMs = Date.parse(until) - Date.parse(alert.slot_at);
  return `${writer.moment(alert.slot_at)}${lastedMs >= HOUR_MS ? `, for ${writer.duration(lastedMs)}` : ''}`;
}
