// Alerts as a table: the columns of `tidemark alerts`.
import { html } from 'ghtml';
import { cleanText } from '../../lib/text.ts';
import type { LoggedAlert } from '../../store/alerts/alert-log.ts';
import { path } from '../links.ts';
import type { PageContext } from './page.ts';
import { table } from './table.ts';
import { name } from './text.ts';
import { tableTime } from './times.ts';

/** One line per alert, the ranks it fired on beside it. */
export function alertRows(
  { deps, links }: PageContext,
  alerts: readonly LoggedAlert[],
  none: string,
): string {
  const { timezone } = deps.config;
  const rows = alerts.map((alert) => {
    const { evidence, watch, severity, quiet, resolvedAt } = alert;
    const { change } = evidence;
    const product = String(change['product'] ?? '');
    const id = String(change['product_id'] ?? '');
    const isFiring = resolvedAt === null;
    const rule = html`<a href="${links.to(path`/rules/${evidence.rule}`)}">${evidence.rule}</a>`;
    const grave = severity === 'info' ? '' : html` <small class="warn">${severity}</small>`;
    const group = html`<small class="soft">${cleanText(String(change['category_l1'] ?? ''))}</small>`;
    return [
      html`<a href="${links.to(path`/alerts/${alert.id}`)}">!${tableTime(alert.slotAt, timezone)}</a>`,
      html`<span class="two"><span class="dot first !${isFiring && quiet === null ? dotOf(severity) : 'quiet'}"></span>!${rule}!${grave}</span>`,
      html`<span class="two"><a href="${links.to(path`/watches/${watch}/products/${id}`)}">!${name(product)}</a> !${group}</span>`,
      html`<a class="two" href="${links.to(path`/watches/${watch}`)}">${watch}</a>`,
      html`${rankText(change['rank_before'])} → ${rankText(change['rank'])}`,
      html`<span class="!${isFiring ? 'warn' : 'soft'}">${isFiring ? 'firing' : 'resolved'}</span>`,
      html`<span class="soft">${quiet ?? 'told'}</span>`,
    ];
  });
  return table(
    [
      { head: `Fired, ${timezone}`, kind: 'w', from: 'under' },
      { head: 'Rule', kind: 'long', from: 'under' },
      { head: 'Product', kind: 'name' },
      { head: 'Watch', kind: 'long', from: 'mid' },
      { head: 'Rank', kind: 'n' },
      { head: 'State', from: 'far' },
      { head: 'Told', from: 'mid' },
    ],
    rows,
    none,
  );
}

const dotOf = (severity: string): string => (severity === 'critical' ? 'critical' : '');

const rankText = (rank: unknown): string => (typeof rank === 'number' ? `#${rank}` : '–');
