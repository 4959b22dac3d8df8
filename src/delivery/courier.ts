import type { Channel } from '../config/channels/kinds.ts';
import type { SmtpConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from '../store/file/open.ts';
import type { Called } from '../words/as-called.ts';
import type { Senders } from './channels/channel-kind.ts';

/** What one worker of the dispatcher needs. */
export type Courier = {
  db: Db;
  channels: readonly Channel[];
  smtp: SmtpConfig | null;
  timezone: string;
  /** Language tag for the numbers and dates of messages; default: `en`. */
  locale?: string | undefined;
  /** Where people reach the page, for links in mails; null: nowhere. */
  publicUrl?: string | null | undefined;
  /** How commands in messages have to be typed. */
  called?: Called | undefined;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Bounds one attempt. */
  timeoutMs: number;
  /** The name under which it holds leases. */
  owner: string;
  senders: Senders;
  /**
   * True for a daemon alone: it ends messages for channels and recipients that the config does not
   * have. Another process may have another config.
   */
  endsAbsent: boolean;
  /** Aborts attempts under way. */
  abort: AbortSignal;
};

/** What came of one turn; `lost` when another process holds the lease by now. */
export type Result = 'delivered' | 'retry' | 'held' | 'dead' | 'cancelled' | 'lost';
