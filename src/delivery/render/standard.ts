import { cleanText, truncate } from '../../lib/text.ts';
import type { AlertFact, Message } from '../../model.ts';
import { digestBody } from '../digest/webhook-body.ts';

/** Standard Webhooks recommends less than 20 kB. */
const MAX_BYTES = 20_000;
const NAME_LENGTH = 200;

/** In `data.ended`: what a program needs to close an alert that was told before. */
type End = Pick<
  AlertFact,
  'id' | 'rule' | 'fired_at' | 'slot_at' | 'resolved_at' | 'resolved_slot_at'
> & { product: { id: string; name: string } };

/**
 * The body of a webhook in format `standard`: the message itself as JSON. Names are bounded. Alerts that do not fit
 * are counted in `truncated`, so that a receiver can tell a short list from a shortened one; ends that do not fit as a
 * whole are named in `ended`, which is there only then: no receiver keeps open what has ended.
 */
export function standardBody(message: Message): string {
  if (message.type === 'digest.ready') return digestBody(message, MAX_BYTES);
  if (message.type !== 'alerts.fired' && message.type !== 'alerts.resolved')
    return JSON.stringify(message);
  const alerts = message.data.alerts.map(boundNames);
  for (let count = alerts.length; ; count--) {
    const cut = alerts.slice(count);
    const ended = cut.filter(({ event }) => event === 'resolved').map(endOf);
    const data = {
      ...message.data,
      alerts: alerts.slice(0, count),
      ...(ended.length === 0 ? {} : { ended }),
      truncated: message.data.truncated + cut.length - ended.length,
    };
    const body = JSON.stringify({ ...message, data });
    if (count === 0 || Buffer.byteLength(body) <= MAX_BYTES) return body;
  }
}

const END_NAME_LENGTH = 60;

const endOf = ({
  id,
  rule,
  product,
  fired_at,
  slot_at,
  resolved_at,
  resolved_slot_at,
}: AlertFact): End => ({
  id,
  rule,
  product: { id: product.id, name: truncate(product.name, END_NAME_LENGTH) },
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
