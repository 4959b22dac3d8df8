import { cleanText, truncate } from '../../lib/text.ts';
import type { AlertFact, Message } from '../../model.ts';
import { digestBody } from '../digest/webhook-body.ts';

/** Standard Webhooks recommends less than 20 kB. */
const MAX_BYTES = 20_000;
const NAME_LENGTH = 200;

/**
 * The body of a webhook in format `standard`: the message itself as JSON. Names are bounded, and alerts that
 * do not fit are counted in `truncated`, so that a receiver can tell a short list from a shortened one.
 */
export function standardBody(message: Message): string {
  if (message.type === 'digest.ready') return digestBody(message, MAX_BYTES);
  if (message.type !== 'alerts.fired' && message.type !== 'alerts.resolved')
    return JSON.stringify(message);
  const alerts = message.data.alerts.map(boundNames);
  for (let count = alerts.length; ; count--) {
    const data = {
      ...message.data,
      alerts: alerts.slice(0, count),
      truncated: message.data.truncated + alerts.length - count,
    };
    const body = JSON.stringify({ ...message, data });
    if (count === 0 || Buffer.byteLength(body) <= MAX_BYTES) return body;
  }
}

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
