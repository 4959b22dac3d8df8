import { cleanText, shortened, truncate } from '../../../lib/text.ts';
import { withoutDeclaration } from '../../../message/about-list.ts';
import type { AlertFact, AlertsMessage } from '../../../message/alerts.ts';
import type { Message } from '../../../message/message.ts';
import type { TroubleMessage } from '../../../message/trouble.ts';
import { totals } from '../../render/subject.ts';
import { digestBody } from '../../digest/webhook-body.ts';

/** Standard Webhooks recommends less than 20 kB. */
const MAX_BYTES = 20_000;
const NAME_LENGTH = 200;
/** More alerts never fit into 20 kB: the shortest takes 600 bytes. */
const MOST_ALERTS = 33;

/** In `data.ended`: what a program needs to close an alert that was told before. */
type End = Pick<
  AlertFact,
  'id' | 'rule' | 'fired_at' | 'slot_at' | 'resolved_at' | 'resolved_slot_at'
> & { product: { id: string; name: string } };

/** The words of a rule: in each alert where there is room, or else once for all. */
type RuleWords = Pick<AlertFact, 'rule' | 'when' | 'clear' | 'description'>;

/** How much of each part is told when not everything fits; the largest share first. */
const SHARES = [
  { rules: 40, words: 600, name: 60 },
  { rules: 15, words: 200, name: 20 },
  { rules: 5, words: 60, name: 0 },
] as const;

/**
 * The body of a webhook in format `standard`: the message itself as JSON, of at most 20 kB. Names
 * are bounded. What a message of many alerts or long rules cannot hold goes in this order: the
 * words of rules (`when`, `clear`, `description`) stand once in `rules` instead of in every alert;
 * alerts are counted in `truncated`, so that a receiver can tell a short list from a shortened one,
 * and ends are named in `ended`, so that none keeps open what has ended; rules are counted in
 * `summary_more`. `rules`, `ended` and `summary_more` are there only then. Of a text about trouble
 * the middle goes: what happened and what to do stay.
 */
export function standardBody(message: Message): string {
  switch (message.type) {
    case 'digest.ready':
      return digestBody(message, MAX_BYTES);
    case 'channel.test':
      return JSON.stringify(message);
    case 'alerts.fired':
    case 'alerts.resolved':
      return alertsBody(message);
    case 'source.trouble':
    case 'rule.trouble':
    case 'backup.trouble':
    case 'lake.trouble':
    case 'channel.trouble':
      return troubleBody(message);
  }
}

function alertsBody(message: AlertsMessage): string {
  const alerts = message.data.alerts.map(boundNames);
  const whole = bodyOf(message, alerts, alerts.length, null);
  if (fits(whole)) return whole;
  for (const share of SHARES) {
    // If not even one alert fits beside a part, the part is cut further.
    for (let count = Math.min(MOST_ALERTS, alerts.length); count > 0; count--) {
      const body = bodyOf(message, alerts, count, share);
      if (fits(body)) return body;
    }
  }
  return bodyOf(message, alerts, 0, SHARES[SHARES.length - 1] ?? null);
}

/** A character takes at most six bytes in JSON, and clean text at most four. */
const TEXT_LENGTH = 4_000;

const troubleBody = (message: TroubleMessage): string =>
  JSON.stringify({
    ...message,
    data: {
      ...message.data,
      subject: truncate(cleanText(message.data.subject), NAME_LENGTH),
      text: shortened(cleanText(message.data.text), TEXT_LENGTH),
    },
  });

const fits = (body: string): boolean => Buffer.byteLength(body) <= MAX_BYTES;

/** The body with the first `count` alerts as a whole. */
function bodyOf(
  message: AlertsMessage,
  alerts: readonly AlertFact[],
  count: number,
  share: (typeof SHARES)[number] | null,
): string {
  const data = withoutDeclaration(message.data);
  const listed = alerts.slice(0, count);
  const cut = alerts.slice(count);
  const ended = cut
    .filter(({ event }) => event === 'resolved')
    .map((alert) => endOf(alert, share?.name ?? END_NAME_LENGTH));
  const summary = data.summary.slice(0, share?.rules ?? data.summary.length);
  const more = data.summary.slice(summary.length);
  return JSON.stringify({
    ...message,
    data: {
      ...data,
      summary,
      ...(more.length === 0 ? {} : { summary_more: { rules: more.length, ...countsOf(more) } }),
      ...(share === null ? {} : { rules: wordsOf(listed, share.rules, share.words) }),
      alerts:
        share === null
          ? listed
          : listed.map(({ when: _when, clear: _clear, description: _text, ...alert }) => alert),
      ...(ended.length === 0 ? {} : { ended }),
      truncated: data.truncated + cut.length - ended.length,
    },
  });
}

function countsOf(summary: AlertsMessage['data']['summary']) {
  const { fired, reminders, resolved } = totals(summary);
  return { fired, reminders, resolved };
}

/** The words of the rules of some alerts, each once and of bounded length. */
function wordsOf(alerts: readonly AlertFact[], rules: number, length: number): RuleWords[] {
  const byRule = new Map(alerts.map((alert) => [alert.rule, alert]));
  const bound = (text: string | null) => (text === null ? null : truncate(text, length));
  return [...byRule.values()].slice(0, rules).map(({ rule, when, clear, description }) => ({
    rule,
    when: truncate(when, length),
    clear: bound(clear),
    description: bound(description),
  }));
}

const END_NAME_LENGTH = 60;

const endOf = (
  { id, rule, product, fired_at, slot_at, resolved_at, resolved_slot_at }: AlertFact,
  nameLength: number,
): End => ({
  id,
  rule,
  product: { id: product.id, name: nameLength === 0 ? '' : truncate(product.name, nameLength) },
  fired_at,
  slot_at,
  resolved_at,
  resolved_slot_at,
});

function boundNames(alert: AlertFact): AlertFact {
  const { product, change } = alert;
  const bound = (text: string) => truncate(cleanText(text), NAME_LENGTH);
  const boundOrNull = (text: string | null) => (text === null ? null : bound(text));
  const names = Object.fromEntries(
    Object.entries(change).map(([column, value]) => [
      column,
      typeof value === 'string' ? bound(value) : value,
    ]),
  );
  return {
    ...alert,
    product: {
      id: bound(product.id),
      name: bound(product.name),
      category_l1: boundOrNull(product.category_l1),
      category_l2: boundOrNull(product.category_l2),
    },
    change: names,
  };
}
