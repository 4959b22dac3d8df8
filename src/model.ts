/**
 * The words of Tidemark, in the order data flows. Types only: what crosses from one stage to the next.
 *
 *   source → snapshot → change → alert → delivery
 *
 *   source        the upstream API that ranks products
 *   product       one entry of a ranked list, known by its upstream id
 *   watch         one list that is tracked, on a schedule
 *   slot          the scheduled instant a snapshot is for (UTC); one snapshot per watch and slot
 *   pass          one run of the pipeline for one watch and slot
 *   series        the snapshots of one watch with one and the same query
 *   snapshot      what a list looked like once
 *   observation   one product's rank and metrics in a snapshot
 *   baseline      the earlier snapshot that a change is measured against
 *   change        a product's observation beside its baseline
 *   rule          a named condition on changes, with the channels to tell
 *   alert         one episode of one rule for one product in one watch
 *   channel       where messages go
 *   notification  one message about one or more alerts, for one channel
 *   delivery      a notification on its way to one recipient, with its attempts
 *   digest        a scheduled summary of a period
 *   credit        what the source charges per request
 */
import type { Severity } from './config/config.ts';
import type { Instant } from './lib/clock.ts';

// ---- source ----

/**
 * The metrics of one row, by the columns that its list declares. NULL is "not known": missing, negative where it cannot
 * be, not finite or unreadable upstream.
 */
export type Metrics = Readonly<Record<string, number | null>>;

/** A product as a row names it; text is cleaned of control and bidirectional characters. */
export type Product = {
  upstreamId: string;
  name: string;
  categoryL1: string | null;
  categoryL2: string | null;
};

/** One row of a page. `product` is null when the row has no usable id: it keeps its place, and is set aside. */
export type ServedRow = { product: Product; metrics: Metrics } | { product: null };

/** A page that was served: HTTP 200, code 0 and the expected shape. */
export type ServedPage = {
  /** From 1. */
  page: number;
  takenAt: Instant;
  rows: readonly ServedRow[];
  /** `pagination.total`; null when absent or unreadable. */
  total: number | null;
  hasMore: boolean | null;
  /** The body as received. */
  body: string;
};

/** Why a request brought no page. Each is a reason of its own in `requests.outcome` and in snapshot reasons. */
export const FAILURE_REASONS = [
  'bad_request',
  'unauthorised',
  'out_of_credits',
  'forbidden',
  'not_found',
  'rate_limited',
  'server_error',
  'http_error',
  'upstream_error',
  'nested_error',
  'not_json',
  'truncated',
  'wrong_content_type',
  'wrong_shape',
  'redirect',
  'too_large',
  'timeout',
  'connection_reset',
  'connection_failed',
  'daily_credits',
  'pass_limit',
  'aborted',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** A page that is missing after all retries, or was never asked for because the pass ended. */
export type MissingPage = {
  page: number;
  reason: FailureReason;
  /** In words, without secrets. */ detail: string;
};

/** Everything one crawl of a list brought. */
export type FetchedList = {
  /** When its first request was sent. */
  startedAt: Instant;
  /** Ascending by page. */
  pages: readonly ServedPage[];
  missing: readonly MissingPage[];
  /** Credits of all requests that may have arrived, failed ones included. */
  credits: number;
  requests: number;
  /** Set when the source refused us as a whole: no use in asking again before the next slot. */
  refused: { reason: 'unauthorised' | 'out_of_credits' | 'daily_credits'; detail: string } | null;
};

/** One request in the ledger, as it ended. */
export type RequestOutcome = {
  outcome: 'ok' | FailureReason;
  detail: string | null;
  durationMs: number;
  httpStatus: number | null;
  bodyCode: number | null;
  upstreamRequestId: string | null;
  /** No connection was made, so that it cannot have arrived, and costs nothing. */
  wasNeverSent?: boolean;
};

/** The ledger as the source sees it. */
export type Ledger = {
  /** Called before a request is sent; `refused` when its credits would exceed the daily limit: then it must not be sent. */
  begin(request: { page: number; attempt: number }): { id: number } | 'refused';
  end(id: number, outcome: RequestOutcome): void;
};

// ---- snapshot ----

export type SnapshotStatus = 'complete' | 'partial' | 'stale' | 'suspect' | 'failed' | 'missed';
export type SnapshotOrigin = 'schedule' | 'catchup' | 'manual' | 'import';

// ---- alert → delivery: the facts of a message. These are the JSON bodies of webhooks, so their keys are snake_case. ----

/** The values of one change row, by column name. */
export type ChangeValues = Record<string, number | string | null>;

export type AlertFact = {
  id: number;
  rule: string;
  description: string | null;
  severity: Severity;
  state: 'firing' | 'resolved';
  /** What this message says of it. */
  event: 'fired' | 'reminder' | 'resolved';
  fired_at: string;
  /** Slot where it fired. */
  slot_at: string;
  resolved_at: string | null;
  resolved_slot_at: string | null;
  product: { id: string; name: string; category_l1: string | null; category_l2: string | null };
  /** The row it fired on; for a resolve, the row that resolved it. */
  change: ChangeValues;
  baseline_at: string | null;
  gap_days: number | null;
  when: string;
  clear: string | null;
};

export type AlertsMessage = {
  type: 'alerts.fired' | 'alerts.resolved';
  timestamp: string;
  data: {
    watch: string;
    region: string;
    time_scope: number;
    slot_at: string;
    snapshot: { id: number; taken_at: string; status: SnapshotStatus };
    /** Counts over all alerts, listed or not. */
    summary: { rule: string; fired: number; reminders: number; resolved: number }[];
    alerts: AlertFact[];
    /** How many more there are than `alerts` lists. */
    truncated: number;
    /** True when so much of the list fired at once that it looks like an event of the source. */
    storm: boolean;
  };
};

/** The source, a rule or a channel does not work, or works again. */
export type TroubleMessage = {
  type: 'source.trouble' | 'rule.trouble' | 'channel.trouble';
  timestamp: string;
  data: {
    /** Name of the source, the watch, the rule or the channel. */
    subject: string;
    kind: string;
    state: 'trouble' | 'recovered';
    since: string;
    /** What happened and what to do, in one or two sentences. */
    text: string;
  };
};

export type TestMessage = {
  type: 'channel.test';
  timestamp: string;
  data: { channel: string; text: string };
};

// ---- digest → delivery. Figures of one list at one time beside another; nothing is ever summed over days, since windows overlap. ----

/** A scheduled summary of the period (since_at, slot_at]. */
export type DigestMessage = { type: 'digest.ready'; timestamp: string; data: DigestFacts };

export type DigestFacts = {
  digest: string;
  since_at: string;
  slot_at: string;
  /** How many periods it covers: more than one when those before could not be written in time. */
  periods: number;
  timezone: string;
  locale: string;
  /** `previous`, or a duration such as `7d`. */
  compare: string;
  /** Is it sent on schedule, or was it asked for by hand? */
  origin: 'schedule' | 'manual';
  /** Nothing fired, entered, left or moved by much, and no data is missing. */
  quiet: boolean;
  credits: {
    used: number;
    /** Of today, at `slot_at`; null without a daily limit. */ left: number | null;
  };
  /** In the order of the config. */
  watches: DigestWatch[];
  alerts: DigestRule[];
  climbers: DigestList;
  fallers: DigestList;
  entered: DigestList;
  returned: DigestList;
  left: DigestList;
  /** Products of the baseline that were never better than in this period. */
  records: DigestList;
  streaks: DigestList;
};

/** The first rows of a list, over all watches, and how many there are. */
export type DigestList = { total: number; rows: DigestRow[] };

/** One product in one list: its change row, and what leads up to it. */
export type DigestRow = {
  watch: string;
  product: AlertFact['product'];
  /** NULL without a baseline. */
  status: 'new' | 'returned' | 'stayed' | 'left' | null;
  rank: number | null;
  rank_before: number | null;
  rank_gain: number | null;
  posts: DigestFigure;
  rank_best: number | null;
  /** Its best rank as of the baseline. */
  rank_best_before: number | null;
  slots_on_list: number | null;
  streak: number | null;
  /** For who returned or left: the last snapshot before, and its rank there. */
  last_seen: { slot_at: string; rank: number } | null;
  /** Ranks at `chart.slots` of its watch; null where it was not seen, or nothing is known. */
  ranks: (number | null)[];
};

/** A figure now and in the baseline. */
export type DigestFigure = {
  now: number | null;
  before: number | null;
  /** NULL when the base is 0 or less, or not known. */
  pct: number | null;
  /** The difference may be nothing but the source's rounding to 3 significant digits. */
  about_same: boolean;
};

/**
 * The sum of a metric over the products of one list. `before`, `pct` and `about_same` speak of the `compared` products
 * of which it is known on both sides, whose sum is now `compared_now`.
 */
export type DigestTotal = DigestFigure & {
  compared: number;
  compared_now: number | null;
  /** Of how many products it is not known: of those on the list, and of those in the baseline. */
  unknown: number;
  unknown_before: number;
};

export type DigestTrouble = {
  slot_at: string;
  status: Exclude<SnapshotStatus, 'complete'> | 'pending';
  reason: string;
};

export type DigestWatch = {
  watch: string;
  region: string;
  time_scope: number;
  health: {
    /** Slots of the period, by the schedule. */
    expected: number;
    /** Of these, by what came of them; `pending` are not taken yet. */
    complete: number;
    partial: number;
    stale: number;
    suspect: number;
    failed: number;
    missed: number;
    pending: number;
    /** Snapshots taken by hand or imported, besides. */
    extra: number;
    /** What is not complete, the newest first, at most 10. */
    troubles: DigestTrouble[];
    credits: number;
  };
  /** The newest complete snapshot of the period: what all figures are of. */
  snapshot: {
    id: number;
    slot_at: string;
    rows: number;
    /** Length of the list, as far as it is tracked. */ of: number;
  } | null;
  baseline: { id: number; slot_at: string; gap_days: number } | null;
  /** Why there is no snapshot or no baseline; null when there are both. */
  missing: DigestMissing | null;
  /** NULL without a snapshot. What speaks of a change is zero or unknown without a baseline. */
  totals: {
    products: DigestFigure;
    entered: number;
    returned: number;
    left: number;
    posts: DigestTotal;
    impressions: DigestTotal;
    cost: DigestTotal;
  } | null;
  alerts: { fired: number; resolved: number; muted: number };
  /** Who moved most, up or down. */
  top_mover: DigestRow | null;
  chart: {
    /** Slots of the list from the baseline on, oldest first, thinned out where there are many. */
    slots: string[];
    /** The first ten, for the first watches of the digest. */
    rows: DigestRow[];
  } | null;
  /** The first-level categories with most posts, and how many there are; for the first watches of the digest. */
  categories: { total: number; rows: DigestCategory[] };
};

/**
 * not_started  nothing was taken yet
 * no_complete  no complete snapshot in the period; the last one before it is of `at`
 * no_baseline  nothing complete to compare with; the first complete snapshot of this list is of `at`
 */
export type DigestMissing = {
  kind: 'not_started' | 'no_complete' | 'no_baseline';
  at: string | null;
};

export type DigestCategory = {
  category_l1: string | null;
  products: DigestFigure;
  entered: number;
  returned: number;
  left: number;
  climbed: number;
  fell: number;
  posts: DigestTotal;
};

/** What one rule said in the period. */
export type DigestRule = {
  rule: string;
  severity: Severity;
  /** Told. */
  fired: number;
  resolved: number;
  /** Fired, but kept quiet by a silence or a cooldown. */
  muted: number;
  /** True already when the rule first met the list. */
  adopted: number;
  /** Told, and firing at the end of the period, whenever that began. */
  open: number;
  /** Some of them: those that fired, the newest first, and then those that resolved. */
  alerts: {
    id: number;
    watch: string;
    product: AlertFact['product'];
    event: 'fired' | 'resolved';
    at: string;
    rank: number | null;
    rank_before: number | null;
  }[];
};

export type Message = AlertsMessage | TroubleMessage | TestMessage | DigestMessage;
