// The parsed configuration: frozen, with every default filled in. `load.ts` makes it, everything
// else reads it.
import type { Secret } from '../lib/secret.ts';
import type { ListenAddress } from '../lib/listen-address.ts';
import type { Asked, ListKind } from '../list/list-kind.ts';
import type { Channel } from './channels/kinds.ts';

export type Config = {
  /** Absolute path of the file it was read from. */
  path: string;
  /** Absolute path of the SQLite file. */
  database: string;
  /** IANA zone for schedules, digests and printed times. */
  timezone: string;
  /** BCP 47 tag: how digests write numbers and dates. */
  locale: string;
  /** In the order of the file; at least one. */
  sources: readonly SourceConfig[];
  watches: readonly Watch[];
  smtp: SmtpConfig | null;
  channels: readonly Channel[];
  rules: readonly Rule[];
  digests: readonly Digest[];
  retention: {
    /** How long raw pages are kept; null keeps them for ever. */
    rawPagesMs: number | null;
    /** How long every snapshot is kept; null keeps all for ever. */
    observationsMs: number | null;
    /** What becomes of older ones: one a week is kept, or they are in the lake alone. */
    then: 'weekly' | 'lake';
    /** How long the facts of delivered messages stay; null keeps them for ever. */
    messagesMs: number | null;
    /** How long requests stay in the ledger; null keeps them for ever. */
    ledgerMs: number | null;
  };
  backup: BackupConfig | null;
  lake: LakeConfig | null;
  heartbeat: HeartbeatConfig | null;
  web: WebConfig;
};

/** Where copies go: a folder, by its absolute path, or an S3-compatible store. */
export type BackupTarget =
  | { kind: 'folder'; path: string }
  | {
      kind: 's3';
      bucket: string;
      /** Without slashes at its ends; may be empty. */
      prefix: string;
      /** Of the server, without the bucket. */
      endpoint: string;
      region: string;
      accessKeyId: string;
      secretAccessKey: Secret;
    };

export type BackupConfig = {
  schedule: string;
  timezone: string;
  to: BackupTarget;
  keepMs: number;
};

/** Tables that a lake may have. */
export const LAKE_VIEWS = ['history', 'changes', 'alerts'] as const;
export type LakeView = (typeof LAKE_VIEWS)[number];

/** A folder of files for engines of any size. */
export type LakeConfig = {
  /** When the daemon brings it up to date; null: only the command does. */
  schedule: string | null;
  timezone: string;
  to: BackupTarget;
  views: readonly LakeView[];
  /** How long files that were replaced stay, for readers under way. */
  keepMs: number;
  /** Loopback, private and link-local addresses of a store are refused unless this is true. */
  allowPrivate: boolean;
};

/** A dead man's switch. */
export type HeartbeatConfig = { url: Secret; everyMs: number; allowPrivate: boolean };

/** What the daemon serves over HTTP. */
export type WebConfig = {
  /** Where the page is served; null: not at all. */
  listen: ListenAddress | null;
  /** How people reach it, without a trailing slash; null: as it listens. */
  publicUrl: string | null;
  /** Further host names it answers to, in lower case, perhaps with a port. */
  hosts: readonly string[];
  /** Addresses and ranges of the proxies that are believed. */
  trustedProxies: readonly string[];
  /** null: whoever reaches it may do everything. */
  auth: WebAuth | null;
  viewersMayQuery: boolean;
  /** Where health and metrics are served, without a password; null: not at all. */
  opsListen: ListenAddress | null;
};

/** Who may come in: at least one way of several. Hashes are as `tidemark web password` prints them. */
export type WebAuth = {
  passwordHash: string | null;
  viewerPasswordHash: string | null;
  /** A header in which a trusted proxy says who it is, in lower case. */
  header: string | null;
  /** Names in that header that may change something. */
  operators: readonly string[];
  tokens: boolean;
};

/** `keyapi` and `echotik` have lists of their own; those of `http` are declared. */
export type SourceKind = 'keyapi' | 'echotik' | 'http';

/** How a source is told who asks. `name` is that of a header or of a parameter of the address. */
export type Auth =
  | { kind: 'none' }
  | { kind: 'bearer'; token: Secret }
  | { kind: 'basic'; username: string; password: Secret }
  | { kind: 'header' | 'query'; name: string; token: Secret };

export type SourceConfig = {
  /** As watches and the ledger name it. */
  name: string;
  kind: SourceKind;
  /** Where its keys stand: `source`, or `sources.NAME`. */
  place: string;
  /** The lists it can be asked for. A watch of this source that names none tracks the first. */
  lists: readonly ListKind[];
  /** Without a trailing slash; empty where each list has its own address. */
  baseUrl: string;
  auth: Auth;
  /** Loopback, private and link-local addresses are refused unless this is true. */
  allowPrivate: boolean;
  requestsPerSecond: number;
  concurrency: number;
  /** Bounds one whole exchange: connect, headers and body. */
  timeoutMs: number;
  /**
   * Rows asked for per page, 1 to 20, and what a page costs. They hold for lists that declare
   * neither: see `costOf`.
   */
  pageSize: number;
  creditsPerRequest: number;
  /** Upper limit of credits per UTC day; null means no limit. */
  dailyCredits: number | null;
};

/** What is asked of a source. Two lists with different queries are never compared. */
export type ListQuery = {
  list: ListKind;
  /** A value, or null, for each parameter of the list. */
  asked: Asked;
  /** How many ranks are tracked. */
  depth: number;
};

/** What is asked for now. A list that is published by date is asked for by its date, too. */
export type Asking = ListQuery & { date?: string | null };

export type Watch = ListQuery & {
  name: string;
  /** The name of its source. */
  source: string;
  /** Five-field cron expression, in `timezone`. */
  schedule: string;
  timezone: string;
};

/** The source of a watch; a checked config has it. */
export function sourceOf(
  config: Pick<Config, 'sources'>,
  watch: Pick<Watch, 'source'>,
): SourceConfig {
  const found = config.sources.find(({ name }) => name === watch.source);
  if (found === undefined) throw new Error(`the source ${watch.source} passed its check`);
  return found;
}

/** The source whose credits are told where there is room for one only: the first with a limit. */
export function mainSource({ sources }: Pick<Config, 'sources'>): SourceConfig {
  const main = sources.find(({ dailyCredits }) => dailyCredits !== null) ?? sources[0];
  if (main === undefined) throw new Error('a config has a source');
  return main;
}

export type SmtpConfig = {
  /** `smtp://` or `smtps://`, with user and password. */
  url: Secret;
  /** Header form: `Tidemark <alerts@example.com>`. */
  from: string;
  /** The bare address of `from`. */
  fromAddress: string;
};

/** The baseline a rule or digest compares with: the snapshot before, or the one nearest to `ms` ago. */
export type Compare = { kind: 'previous' } | { kind: 'ago'; ms: number; text: string };

export type Severity = 'info' | 'warning' | 'critical';

export type Rule = {
  name: string;
  description: string | null;
  /** Names of watches; null means all. */
  watches: readonly string[] | null;
  when: string;
  compare: Compare;
  /** null: not (when). */
  clear: string | null;
  /** Slots in a row that must be true before it fires, at least 1. */
  for: number;
  /** Slots in a row before it resolves, at least 1. */
  clearFor: number;
  cooldownMs: number | null;
  /** Remind after this long while still firing; null: never. */
  repeatMs: number | null;
  /** Also tell when it resolves. */
  resolved: boolean;
  onFirst: 'adopt' | 'notify';
  /** How old a `previous` baseline may be; null: 3 intervals of the schedule. */
  maxGapMs: number | null;
  severity: Severity;
  /** Names of channels. */
  notify: readonly string[];
};

export type Digest = {
  name: string;
  /** Names of watches; null means all. */
  watches: readonly string[] | null;
  schedule: string;
  timezone: string;
  compare: Compare;
  /** How many products each of its lists shows. */
  top: number;
  /** How many of them mails and chats show: the first five, or all. */
  detail: 'short' | 'full';
  /** What to do when there is nothing to say. */
  whenQuiet: 'send' | 'skip';
  notify: readonly string[];
};

/** Does this rule or digest look at this watch? */
export const covers = (scope: { watches: readonly string[] | null }, watch: string): boolean =>
  scope.watches === null || scope.watches.includes(watch);
