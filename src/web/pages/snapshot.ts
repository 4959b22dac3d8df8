// `/snapshots/N`: what a list looked like once, how it was read, and what it fired.
import { html } from 'ghtml';
import { isoTime, isoTimeOrNull } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { cleanText } from '../../lib/text.ts';
import { alertJson } from '../../report/alerts.ts';
import { listAlerts } from '../../store/alerts/alert-log.ts';
import type { Db } from '../../store/file/open.ts';
import { leftError } from '../../report/shown.ts';
import { findLeftById } from '../../store/lake/left.ts';
import { findSnapshotById, listRequestsOf } from '../../store/reading/snapshot-facts.ts';
import { getQuery } from '../../store/series/series.ts';
import { findNote } from '../../store/snapshots/judgements.ts';
import { listText, ofDateText } from '../../terminal/comparison-text.ts';
import { path } from '../links.ts';
import { alertRows } from '../parts/alert-rows.ts';
import { alsoLinks } from '../parts/also.ts';
import { page, type PageContext } from '../parts/page.ts';
import { statusCell } from '../parts/slots.ts';
import { section, table } from '../parts/table.ts';
import { text } from '../parts/text.ts';
import { fullTime, tableTime } from '../parts/times.ts';

/** A snapshot with its requests and alerts. @throws AppError `not_found` */
export function readSnapshot(db: Db, id: number) {
  const snapshot = findSnapshotById(db, id);
  const left = snapshot === undefined ? findLeftById(db, id) : null;
  if (left !== null) throw leftError(left);
  if (snapshot === undefined) throw new AppError('not_found', `there is no snapshot ${id}`);
  return {
    snapshot,
    note: findNote(db, id),
    list: getQuery(db, snapshot.seriesId),
    requests: listRequestsOf(db, id),
    alerts: listAlerts(db, {
      watch: snapshot.watch,
      since: snapshot.slotAt,
    }).filter(({ snapshotId }) => snapshotId === id),
  };
}

type Facts = ReturnType<typeof readSnapshot>;

/** The shape of the API. */
export const snapshotJson = ({ snapshot, note, requests, alerts }: Facts) => ({
  snapshot_id: snapshot.id,
  watch: snapshot.watch,
  slot_at: isoTime(snapshot.slotAt),
  taken_at: isoTimeOrNull(snapshot.takenAt),
  status: snapshot.status,
  reason: snapshot.reason,
  note,
  origin: snapshot.origin,
  moved: snapshot.moved,
  rows: snapshot.rows,
  set_aside: snapshot.setAside,
  total: snapshot.total,
  pages: snapshot.pages,
  credits: requests.reduce((sum, { credits }) => sum + credits, 0),
  requests: requests.map((request) => ({
    page: request.page,
    attempt: request.attempt,
    started_at: isoTime(request.startedAt),
    duration_ms: request.durationMs,
    http_status: request.httpStatus,
    outcome: request.outcome,
    credits: request.credits,
  })),
  alerts: alerts.map(alertJson),
});

/** The page. @throws AppError `not_found` */
export function snapshotPage(ctx: PageContext, id: number): string {
  const { deps, links } = ctx;
  const { timezone } = deps.config;
  const facts = readSnapshot(deps.db, id);
  const { snapshot, note, list, requests, alerts } = facts;
  const credits = requests.reduce((sum, one) => sum + one.credits, 0);
  const also = alsoLinks(ctx, {
    json: path`/api/v1/snapshots/${id}`,
    csv: null,
    command: null,
    sql: null,
  });
  const why =
    snapshot.reason === null
      ? ''
      : html`<p class="warn">${snapshot.status}: ${cleanText(snapshot.reason)}</p>`;
  const total =
    snapshot.total === null
      ? ''
      : html` <small class="soft">the list has ${snapshot.total}</small>`;
  const at = isoTime(snapshot.slotAt);
  const body = html`<div class="head"><div>
<p class="crumbs"><a href="${links.to(path`/watches/${snapshot.watch}`)}">${snapshot.watch}</a></p>
<h1>!${fullTime(snapshot.slotAt, timezone)}${ofDateText(list, snapshot)}</h1>
<p>${listText(list)} · ${snapshot.origin}!${snapshot.takenAt === null ? '' : html` · taken !${fullTime(snapshot.takenAt, timezone)}`}</p>
!${why}!${note === null ? '' : html`<p>${cleanText(note)}</p>`}</div>!${also}</div>
<dl class="facts card"><div><dt>Status</dt><dd>!${statusCell(snapshot.status)}</dd></div>
<div><dt>Rows</dt><dd>${snapshot.rows}!${total}</dd></div><div><dt>Pages</dt><dd>${snapshot.pages}</dd></div>
<div><dt>Requests</dt><dd>${requests.length}</dd></div><div><dt>Credits</dt><dd>${credits}</dd></div></dl>
<p><a href="${links.to(path`/watches/${snapshot.watch}`, { at })}">The leaderboard as it was then</a></p>
!${section('What it fired')}!${alertRows(ctx, alerts, 'Nothing.')}
!${section('Requests')}!${table(
    [
      { head: 'Page', kind: 'n' },
      { head: 'Attempt', kind: 'n' },
      { head: `Sent, ${timezone}`, kind: 'name' },
      { head: 'Took', kind: 'n', from: 'far' },
      { head: 'HTTP', kind: 'n', from: 'far' },
      { head: 'Outcome', kind: 'long', from: 'under' },
      { head: 'Credits', kind: 'n' },
    ],
    requests.map((one) => [
      String(one.page),
      String(one.attempt),
      tableTime(one.startedAt, timezone),
      one.durationMs === null ? '–' : `${one.durationMs} ms`,
      String(one.httpStatus ?? '–'),
      text(one.outcome ?? 'no answer'),
      String(one.credits),
    ]),
    'None that the ledger still keeps.',
  )}`;
  return page(ctx, { title: `Snapshot ${id}`, section: '/', body });
}
