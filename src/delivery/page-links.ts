// Addresses of the page in a mail, where the config says how people reach it.
import type { Instant } from '../lib/clock.ts';
import type { Message } from '../message/message.ts';
import type { Topic } from '../store/outbox/unsubscribed.ts';
import { signLink, type MuteLink } from './signed-link.ts';

/** Where people reach the page, and what its links are signed with. */
export type PageAccess = { url: string; key: Buffer };

/** What a mute covers: what is left out matches everything. */
export type MuteScope = Partial<Pick<MuteLink, 'rule' | 'watch' | 'product'>>;

/** Addresses for the reader of one mail. */
export type PageLinks = {
  /** A list as it was in a slot, compared as `compare` says: `previous` by default. */
  watch(name: string, asked?: { at?: string; compare?: string; show?: string }): string;
  product(watch: string, id: string): string;
  alert(id: number): string;
  /** The log of alerts, of one rule or of all. */
  alerts(rule?: string): string;
  /** A page that asks whether to mute this, and does it by a click. */
  mute(scope: MuteScope): string;
  /** Ends what this mail is one of; null where that cannot be ended. */
  unsubscribe: string | null;
};

/**
 * What a recipient can have an end of: alerts, or a digest. Trouble has to be heard by somebody, and
 * a test was asked for: null.
 */
export function topicOf(message: Message): Topic | null {
  if (message.type === 'digest.ready') return `digest ${message.data.digest}`;
  const isAlerts = message.type === 'alerts.fired' || message.type === 'alerts.resolved';
  return isAlerts ? 'alerts' : null;
}

/** What only shows something, below the address of the page. */
function readingLinks(url: string) {
  const base = url.replace(/\/+$/, '');
  const to = (path: string, query: Readonly<Record<string, string | null | undefined>> = {}) => {
    const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
    const text = new URLSearchParams(given).toString();
    return `${base}${path}${text === '' ? '' : `?${text}`}`;
  };
  const part = encodeURIComponent;
  return {
    to,
    watch: (name: string, { compare, ...asked }: { compare?: string } = {}) =>
      to(`/watches/${part(name)}`, {
        ...asked,
        compare: compare === 'previous' ? undefined : compare,
      }),
    product: (watch: string, id: string) => to(`/watches/${part(watch)}/products/${part(id)}`),
    alert: (id: number) => to(`/alerts/${id}`),
    alerts: (rule?: string) => to('/alerts', { rule }),
  };
}

/**
 * Addresses for a mail about `message`. They depend on when the message was made and not on when
 * the mail is written, so that writing it again gives the same.
 */
export function pageLinks(
  { url, key }: PageAccess,
  about: { message: Message; channel: string; recipient: string; createdAt: Instant },
): PageLinks {
  const { message, channel, recipient, createdAt } = about;
  const { to, ...reading } = readingLinks(url);
  const topic = topicOf(message);
  return {
    ...reading,
    mute: ({ rule = null, watch = null, product = null }) => {
      const link = { kind: 'mute', rule, watch, product, recipient } as const;
      return to('/mute', { t: signLink(key, link, createdAt) });
    },
    unsubscribe:
      topic === null
        ? null
        : to('/unsubscribe', {
            t: signLink(key, { kind: 'unsubscribe', channel, recipient, topic }, createdAt),
          }),
  };
}

/**
 * Addresses for a mail that is shown to others than its reader. What acts for whoever holds it is
 * theirs alone: to mute leads to the form of the page instead, and nothing unsubscribes.
 */
export function shownLinks(url: string): PageLinks {
  const { to, ...reading } = readingLinks(url);
  return { ...reading, mute: (scope) => to('/silences', scope), unsubscribe: null };
}
