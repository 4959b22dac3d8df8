// What every page has: head, navigation, what is muted, and who is logged in.
import { html } from 'ghtml';
import { listActiveSilences } from '../../store/alerts/silences.ts';
import { plural } from '../../lib/text.ts';
import type { WebDeps, Who } from '../deps.ts';
import type { Links } from '../links.ts';
import { assetPath } from '../assets.ts';

/** What a page is made with. */
export type PageContext = {
  deps: WebDeps;
  links: Links;
  who: Who;
  now: number;
  /** Path and query below the prefix, as asked for. */
  asked: { path: string; query: Readonly<Record<string, string>> };
};

export type View = {
  title: string;
  /** Which entry of the navigation it belongs to. */
  section: Section | null;
  body: string;
  /** For who may be nobody here: without the way to other pages, and what they say. */
  isBare?: boolean;
  /** Scripts beside that of every page. */
  scripts?: readonly string[];
};

export type Section = (typeof SECTIONS)[number]['path'];

const SECTIONS = [
  { path: '/', label: 'Overview' },
  { path: '/alerts', label: 'Alerts' },
  { path: '/rules', label: 'Rules' },
  { path: '/silences', label: 'Silences' },
  { path: '/digests', label: 'Digests' },
  { path: '/deliveries', label: 'Deliveries' },
  { path: '/credits', label: 'Credits' },
  { path: '/sql', label: 'SQL' },
  { path: '/doctor', label: 'Doctor' },
  { path: '/help', label: 'Help' },
] as const;

/** A whole page. `body` is HTML; the rest is escaped here. */
export function page(
  ctx: PageContext,
  { title, section, body, isBare = false, scripts = [] }: View,
): string {
  const { deps, links } = ctx;
  const asset = (file: string) => links.to(assetPath(deps.assets, file));
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · Tidemark</title>
<link rel="stylesheet" href="${asset('page.css')}"><link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
<link rel="alternate" type="application/atom+xml" title="Alerts" href="${links.to('/feeds/alerts.atom')}">
!${['page.js', ...scripts].map((file) => html`<script src="${asset(file)}" defer></script>`).join('')}</head>
<body data-base="${links.base}"!${isBare ? '' : ' data-live'}><a class="skip" href="#main">Skip to the content</a>
<header><nav aria-label="Pages"><a class="brand" href="${links.to('/')}">tide<b>mark</b></a>!${isBare ? '' : sections(ctx, section)}!${isBare ? '' : account(ctx)}</nav></header>
<main id="main" tabindex="-1"><p id="news" role="status"></p>
!${isBare ? '' : muted(ctx)}!${body}</main></body></html>
`;
}

const sections = ({ links }: PageContext, current: Section | null): string =>
  SECTIONS.map(
    ({ path, label }) =>
      html`<a href="${links.to(path)}"!${path === current ? ' aria-current="page"' : ''}>${label}</a>`,
  ).join('');

/** Who is logged in; empty where there is no log-in. */
function account({ links, who }: PageContext): string {
  if (who.name === null) return '';
  const out =
    who.way === 'session'
      ? html`<form method="post" action="${links.to('/logout')}"><button class="plain">Log out</button></form>`
      : '';
  return html`<span class="who"><span>${who.name}!${who.name === who.role ? '' : html`, ${who.role}`}</span>!${out}</span>`;
}

/** A line that something is muted; every page has it. */
function muted({ deps, links, now }: PageContext): string {
  const active = listActiveSilences(deps.db, now);
  if (active.length === 0) return '';
  const many = plural(active.length, 'silence');
  const covers = active.length === 1 ? 'it covers' : 'they cover';
  return html`<p class="banner"><a href="${links.to('/silences')}">${many} in force</a>: what ${covers} is recorded, and nobody is told.</p>`;
}
