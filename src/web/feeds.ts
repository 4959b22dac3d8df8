// Atom feeds: alerts that were told, and digests that were sent. What came from upstream is escaped
// twice over, as the library writes titles as HTML.
import { Feed } from 'feed';
import { html } from 'ghtml';
import type { Hono } from 'hono';
import { isoTime } from '../lib/clock.ts';
import { cleanText } from '../lib/text.ts';
import { requireNames } from '../report/alerts.ts';
import { listAlerts } from '../store/alerts/alert-log.ts';
import { listSentDigests } from '../store/digests/digest-archive.ts';
import type { Env, WebDeps } from './deps.ts';
import { path } from './links.ts';
import { askedAlerts } from './pages/alerts.ts';

const ENTRIES = 100;

/** Adds /feeds/alerts.atom (`?watch=&rule=&severity=`) and /feeds/digests.atom. */
export function addFeeds(app: Hono<Env>, deps: WebDeps): void {
  const { db, config } = deps;
  const root = config.web.publicUrl ?? `http://127.0.0.1:${deps.port}`;
  const feedOf = (title: string, self: string, updated: Date) =>
    new Feed({
      id: `${root}${self}`,
      title,
      updated,
      link: `${root}/`,
      feed: `${root}${self}`,
      copyright: '',
      generator: 'Tidemark',
    });
  app.get('/feeds/alerts.atom', (c) => {
    const filter = askedAlerts({ ...c.req.query(), told: 'told' }, c.get('now'), config.timezone);
    requireNames({ db, config }, filter);
    const alerts = listAlerts(db, filter, ENTRIES);
    const feed = feedOf(
      'Tidemark: alerts',
      '/feeds/alerts.atom',
      new Date(alerts[0]?.firedAt ?? 0),
    );
    for (const { id, watch, firedAt, evidence } of alerts) {
      const { change, rule } = evidence;
      const product = cleanText(String(change['product'] ?? ''));
      const ranks = `${rankOf(change['rank_before'])} → ${rankOf(change['rank'])}`;
      const link = `${root}${path`/alerts/${id}`}`;
      feed.addItem({
        id: link,
        link,
        title: html`${product}: ${rule} in ${watch}, ${ranks}`,
        description: html`${cleanText(evidence.when)}`,
        date: new Date(firedAt),
      });
    }
    return c.body(feed.atom1(), 200, { 'content-type': 'application/atom+xml; charset=utf-8' });
  });
  app.get('/feeds/digests.atom', (c) => {
    const sent = listSentDigests(db, ENTRIES);
    const feed = feedOf(
      'Tidemark: digests',
      '/feeds/digests.atom',
      new Date(sent[0]?.createdAt ?? 0),
    );
    for (const { id, createdAt, message } of sent) {
      const link = `${root}${path`/deliveries/${id}`}`;
      const until = isoTime(Date.parse(message.data.slot_at)).slice(0, '2026-01-05'.length);
      feed.addItem({
        id: link,
        link,
        title: html`${message.data.digest} until ${until}`,
        date: new Date(createdAt),
      });
    }
    return c.body(feed.atom1(), 200, { 'content-type': 'application/atom+xml; charset=utf-8' });
  });
}

const rankOf = (rank: unknown): string => (typeof rank === 'number' ? `#${rank}` : '–');
