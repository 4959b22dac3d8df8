// The end of a mail about alerts: how to mute what it tells, and how to see why.
import { cleanText, isolated, truncate } from '../../lib/text.ts';
import type { AlertsMessage } from '../../message/alerts.ts';
import type { Hint } from '../../words/entry.ts';
import { commandText } from '../../words/shell-text.ts';
import type { PageLinks } from '../page-links.ts';

/** With more rules than this, a mail does not spell out a command for each. */
const RULES_WITH_COMMAND = 5;

/** Upstream text, clean and short; never empty. */
export const clean = (text: string, length: number): string =>
  isolated(truncate(cleanText(text), length)) || '(no name)';

const muteCommand = (scope: { rule?: string; product?: string; watch?: string }): string =>
  commandText(['silence', 'add'], { ...scope, until: '7d', reason: 'known' });

/** An id with characters that cannot be shown cannot be copied either. */
const isTame = (id: string): boolean => clean(id, 64) === id;

/** How to mute what is told here, and how to see why. */
export function commandHints({ data }: AlertsMessage): Hint[] {
  const [first] = data.alerts;
  if (first === undefined) return [];
  const name = clean(first.product.name, 40);
  return [
    ...data.summary.slice(0, RULES_WITH_COMMAND).map(({ rule }) => ({
      text: `Mute ${rule} on ${data.watch} for a week:`,
      command: muteCommand({ rule, watch: data.watch }),
    })),
    ...(isTame(first.product.id)
      ? [
          {
            text: `Mute one product everywhere, for example ${name}:`,
            command: muteCommand({ product: first.product.id }),
          },
        ]
      : []),
    {
      text: `Show an alert with all it is based on, for example that of ${name}:`,
      command: commandText(['alerts', 'show', String(first.id)]),
    },
  ];
}

/** The same by a click. What mutes asks once more: mail programs open links by themselves. */
export function pageHints({ data }: AlertsMessage, links: PageLinks): Hint[] {
  const { unsubscribe } = links;
  return [
    ...(unsubscribe === null
      ? []
      : [{ text: 'Get no more of these alerts', command: null, url: unsubscribe }]),
    ...data.summary.slice(0, RULES_WITH_COMMAND).map(({ rule }) => ({
      text: `Mute ${rule} on ${data.watch}`,
      command: null,
      url: links.mute({ rule, watch: data.watch }),
    })),
  ];
}
