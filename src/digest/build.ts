// Builds the facts of a digest. It only reads, and only what belongs to the period: built again
// for the same period it says the same, unless history was added to the past.
import { aboutList } from '../message/about-list.ts';
import { groupMovers } from '../change/movers.ts';
import { covers, mainSource, type Config, type Digest, type Watch } from '../config/config.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { headlinesOf } from '../list/list-kind.ts';
import type { DigestFacts, DigestMissing, DigestWatch } from '../message/digest.ts';
import { listAlertsOfPeriod, type AlertOfPeriod } from '../store/digests/digest-alerts.ts';
import {
  countCreditsOfDay,
  listCredits,
  listPeriodSnapshots,
} from '../store/digests/digest-facts.ts';
import { findDigest } from '../store/digests/digests.ts';
import type { Db } from '../store/file/open.ts';
import { findSlotRecord } from '../store/series/slots.ts';
import { categoriesOf, productsOf } from './categories.ts';
import { totalOf } from './figures.ts';
import { healthOf } from './health.ts';
import { compareList, whyNoBaseline, type ComparedList } from './list.ts';
import type { Period } from './period.ts';
import { digestList, digestRow } from './rows.ts';
import { digestRules, watchAlerts, type Edge, type Span } from './rules.ts';
import { isNotable, moveFactor, recordsOf, streaksOf } from './standouts.ts';

/** How many watches get a chart and categories: with more it would be too long to read. */
const DETAILED_WATCHES = 3;
/** Ranks in the chart. */
const CHART_RANKS = 10;

export type DigestRequest = {
  config: Pick<Config, 'watches' | 'locale' | 'sources'>;
  digest: Digest;
  period: Period;
  origin: DigestFacts['origin'];
};

/** Everything a digest says, as of the end of its period. */
export function buildDigest(db: Db, request: DigestRequest): DigestFacts {
  const { config, digest, period, origin } = request;
  const main = mainSource(config);
  const watches = readWatches(db, request);
  const lists = watches.flatMap(({ list }) => (list === null ? [] : [list]));
  const rows = lists.flatMap((list) => list.rows);
  const movers = groupMovers(rows);
  const alerts = listAlertsOfPeriod(
    db,
    watches.flatMap(({ watchId }) => watchId ?? []),
    period.sinceAt,
    period.slotAt,
  );
  const span: Span = {
    since: edgeOf(db, digest, period.sinceAt),
    until: edgeOf(db, digest, period.slotAt),
  };
  const rules = digestRules(alerts, span);
  const shown = (group: typeof rows) => digestList(db, group, digest.top);
  return {
    digest: digest.name,
    since_at: isoTime(period.sinceAt),
    slot_at: isoTime(period.slotAt),
    periods: period.periods,
    timezone: digest.timezone,
    locale: config.locale,
    compare: digest.compare.kind === 'ago' ? digest.compare.text : 'previous',
    detail: digest.detail,
    origin,
    quiet:
      rules.length === 0 &&
      !rows.some(isNotable) &&
      watches.every(
        ({ health, missing }) => missing === null && health.complete === health.expected,
      ),
    credits: {
      used: watches.reduce((sum, { health }) => sum + health.credits, 0),
      left:
        main.dailyCredits === null
          ? null
          : Math.max(0, main.dailyCredits - countCreditsOfDay(db, main.name, period.slotAt)),
      ...leftOf(db, config, period),
    },
    watches: watches.map((watch) =>
      digestWatch(
        db,
        watch,
        alerts,
        span,
        watch.list !== null && lists.indexOf(watch.list) < DETAILED_WATCHES,
      ),
    ),
    alerts: rules,
    climbers: shown(movers.climbers),
    fallers: shown(movers.fallers),
    entered: shown(movers.entered),
    returned: shown(movers.returned),
    left: shown(movers.left),
    records: shown(recordsOf(rows)),
    streaks: shown(streaksOf(rows)),
  };
}

/** The digest that ended at this slot, if there was one. */
const edgeOf = (db: Db, { name }: Digest, slotAt: Instant): Edge => ({
  slotAt,
  writtenAt: findDigest(db, name, slotAt)?.createdAt ?? null,
});

type ReadWatch = {
  watch: Watch;
  /** Null when no pass of the watch was ever made. */
  watchId: number | null;
  health: DigestWatch['health'];
  list: ComparedList | null;
  missing: DigestMissing | null;
};

function readWatches(db: Db, { config, digest, period }: DigestRequest): ReadWatch[] {
  const credits = listCredits(db, period.sinceAt, period.slotAt);
  return config.watches
    .filter(({ name }) => covers(digest, name))
    .map((watch): ReadWatch => {
      const record = findSlotRecord(db, watch.name);
      if (record === undefined)
        return {
          watch,
          watchId: null,
          health: healthOf(watch, null, [], period, 0),
          list: null,
          missing: { kind: 'not_started', at: null },
        };
      const { watchId, scheduledFromAt } = record;
      const snapshots = listPeriodSnapshots(db, watchId, period.sinceAt, period.slotAt);
      const health = healthOf(watch, scheduledFromAt, snapshots, period, credits.get(watchId) ?? 0);
      const list = compareList(db, watch.name, watchId, snapshots, digest.compare, period.sinceAt);
      if ('kind' in list) return { watch, watchId, health, list: null, missing: list };
      return {
        watch,
        watchId,
        health,
        list,
        missing: list.baseline === null ? whyNoBaseline(db, list, digest.compare) : null,
      };
    });
}

/** What each source with a limit has left, where there are several. */
function leftOf(
  db: Db,
  config: Pick<Config, 'sources'>,
  { slotAt }: Period,
): Pick<DigestFacts['credits'], 'sources'> {
  const sources = config.sources.flatMap(({ name, dailyCredits }) =>
    dailyCredits === null
      ? []
      : [{ source: name, left: Math.max(0, dailyCredits - countCreditsOfDay(db, name, slotAt)) }],
  );
  return sources.length > 1 ? { sources } : {};
}

function digestWatch(
  db: Db,
  { watch, health, list, missing }: ReadWatch,
  alerts: readonly AlertOfPeriod[],
  span: Span,
  isDetailed: boolean,
): DigestWatch {
  const facts = {
    watch: watch.name,
    ...aboutList(watch),
    data_date: list?.snapshot.dataDate ?? null,
    health,
    missing,
    alerts: watchAlerts(alerts, watch.name, span),
  };
  if (list === null)
    return {
      ...facts,
      snapshot: null,
      baseline: null,
      totals: null,
      top_mover: null,
      chart: null,
      categories: { total: 0, rows: [] },
    };
  const { snapshot, baseline, rows } = list;
  const { climbers, fallers, entered, returned, left } = groupMovers(rows);
  const present = rows.filter(({ rank }) => rank !== null);
  const [mover] = [climbers[0], fallers[0]]
    .filter((row) => row !== undefined)
    .sort((a, b) => moveFactor(b) - moveFactor(a));
  return {
    ...facts,
    snapshot: {
      id: snapshot.id,
      slot_at: isoTime(snapshot.slotAt),
      rows: snapshot.rows,
      of: Math.min(snapshot.depth, snapshot.total ?? snapshot.depth),
    },
    baseline:
      baseline === null
        ? null
        : { id: baseline.id, slot_at: isoTime(baseline.slotAt), gap_days: rows[0]?.gap_days ?? 0 },
    totals: {
      products: productsOf(rows, baseline !== null),
      entered: entered.length,
      returned: returned.length,
      left: left.length,
      ...Object.fromEntries(
        headlinesOf(list.listKind).map((metric) => [metric.column, totalOf(metric, rows)]),
      ),
    },
    top_mover: mover === undefined ? null : digestRow(db, mover),
    chart: !isDetailed
      ? null
      : {
          slots: list.slots.map(({ slotAt }) => isoTime(slotAt)),
          rows: present.slice(0, CHART_RANKS).map((row) => digestRow(db, row)),
        },
    categories: isDetailed ? categoriesOf(list) : { total: 0, rows: [] },
  };
}
