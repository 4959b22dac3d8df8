/**
 * The words of Tidemark, in the order data flows. Types only: what crosses from one stage to the
 * next.
 *
 *   source → snapshot → change → alert → delivery
 *
 *   source        an account at an upstream that ranks products: address, credentials, pace, credits
 *   list          a kind of ranked list that a source serves, with its parameters and metrics
 *   declaration   what a list says of itself, as data (list/): all else reads it, and names no metric
 *   product       one entry of a ranked list, known by its upstream id
 *   watch         one list that is tracked: what is asked for, how deep, on which schedule
 *   slot          the scheduled instant a snapshot is for (UTC); one snapshot per watch and slot
 *   pass          one run of the pipeline for one watch and slot
 *   series        the snapshots of one watch with the same query; an edited query begins another
 *   snapshot      what a list looked like once
 *   observation   one product's rank and metrics in a snapshot
 *   baseline      the earlier snapshot that a change is measured against
 *   change        a product's observation beside its baseline
 *   rule          a named condition on changes, with the channels to tell
 *   alert         one episode of one rule for one product in one watch: it fires, and later resolves
 *   trouble       a source, watch, rule, channel, backup or lake fails: told once, and its end
 *   silence       alerts that match it are recorded, and not told, until it ends
 *   channel       where messages go
 *   notification  one message about one or more alerts, for one channel
 *   delivery      a notification on its way to one recipient, with its attempts
 *   digest        a scheduled summary of a period
 *   credit        what the source charges per request
 *
 * Working words, which users rarely meet:
 *
 *   judged        of a list as served: given its status (complete, partial, stale, suspect …)
 *   gate          one check of a judgement; a list that fails one is doubtful, and stored as suspect
 *   precedent     what a new list is judged by: earlier lists of its series, and what is usual there
 *   shortfall     what a list lacks though every page was served; three times the same is how it is
 *   evaluated     of a snapshot: rules are run on it, as it is complete or partial
 *   adopted       of an alert: its condition was true already when the rule first met the series
 *   told          of an alert: a delivery about it was created
 *   quiet         of an alert: nobody was told, and why (adopted, cooldown, silenced)
 *   settled       of a rule's state: it stays as it is for as long as the product stays off the list
 *   set aside     of a row: it has no usable id, and keeps its place; of a rule: it cannot be evaluated
 *   storm         so much of a list fires at once that it looks like an event of the source
 *   standing      what is derived of a product as of one snapshot: best rank, slots, streak, z-scores
 *   record        a product's standing in a series as of its newest snapshot
 *   thinned       of history: only one snapshot a week is left
 *   ledger        the row of every request, written before it is sent, with its credits
 *   lease         how long a delivery is one process's; then another may take it
 *   circuit       open: the channel has failed so often that its messages wait
 *   orphan        an end that a recipient would hear without its beginning, or a beginning after its end
 *   in force      of a config: watches and rules in the database were last brought in line with it
 *   shadow        for backtests: a connection with temporary tables over those that the engine writes
 */
import type { Instant } from './lib/clock.ts';

// ---- source ----

/**
 * The metrics of one row, by the columns that its list declares. NULL is "not known": missing,
 * negative where it cannot be, not finite or unreadable upstream.
 */
export type Metrics = Readonly<Record<string, number | null>>;

/** A product as a row names it; text is cleaned of control and bidirectional characters. */
export type Product = {
  upstreamId: string;
  name: string;
  categoryL1: string | null;
  categoryL2: string | null;
};

/**
 * One row of a page. `product` is null when the row has no usable id: it keeps its place, and is
 * set aside.
 */
export type ServedRow =
  | {
      product: Product;
      metrics: Metrics;
      /** Where the row itself says it, from 1; otherwise its place is its rank. */
      rank?: number;
    }
  | { product: null };

/** How many rows of a page had what a list declares at one path. */
export type FieldCount = {
  /** `id`, `name`, or the column of a metric. */
  label: string;
  /** As a config writes it. */
  path: string;
  rows: number;
  /** Rows that have the path at all; of these, those with a value; of these, those that can be read. */
  found: number;
  filled: number;
  readable: number;
  /** What stands there that cannot be read; null for nothing. */
  wrong: string | null;
  /** The keys that the first row has there instead. */
  keys: string;
};

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
  /** How the page after it is asked for, where pages have no numbers; null for none. */
  next?: string | null;
  /** What was found of each declared path; undefined where a list is read by code. */
  fields?: readonly FieldCount[];
  /** What its rows say of themselves against what was asked for. */
  echoes?: readonly string[];
  /** It is the last that may be asked for, and nothing says that the list ends with it. */
  isCapped?: boolean;
};

/**
 * Why a request brought no page. Each is a reason of its own in `requests.outcome` and in snapshot
 * reasons.
 */
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
  /** Why it cannot be believed, whatever its rows look like: a path that no row has, another region. */
  doubts?: readonly string[];
  /** The list of this date is not published yet: there is nothing to store. */
  isUnpublished?: boolean;
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
  /**
   * Called before a request is sent; `refused` when its credits would exceed the daily limit: then
   * it must not be sent.
   */
  begin(request: { page: number; attempt: number }): { id: number } | 'refused';
  end(id: number, outcome: RequestOutcome): void;
};

// ---- snapshot ----

export type SnapshotStatus = 'complete' | 'partial' | 'stale' | 'suspect' | 'failed' | 'missed';
export type SnapshotOrigin = 'schedule' | 'catchup' | 'manual' | 'import';

/** The values of one change row, by column name. */
export type ChangeValues = Record<string, number | string | null>;

// ---- alert ----

/**
 * Why a firing was not told. An adopted one never will be; the others are, once what kept them
 * quiet has ended.
 */
export type Quiet = 'adopted' | 'cooldown' | 'silenced';

/**
 * What is remembered of one product under one rule in one series: alert/step.ts takes it from slot
 * to slot.
 */
export type MachineState = {
  state: 'idle' | 'pending' | 'open';
  /** Slots in a row that were true, while pending. */
  forCount: number;
  /** Slots in a row that were clear, while open. */
  clearCount: number;
  /** While open: why its firing was not told; null once it was. */
  quiet: Quiet | null;
  /**
   * Slot of the last firing that was told, of this or an earlier episode: cooldown counts from
   * here.
   */
  toldSlotAt: Instant | null;
  /** Slot of the last reminder of this episode. */
  remindedSlotAt: Instant | null;
};
