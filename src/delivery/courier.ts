import type { Channel } from '../config/channels/kinds.ts';
import type { SmtpConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from '../store/file/open.ts';
import type { Senders } from './channels/channel-kind.ts';

/** What one worker of the dispatcher needs. */
export type Courier = {
  db: Db;
  channels: readonly Channel[];
  smtp: SmtpConfig | null;
  timezone: string;
  /** Language tag for the numbers and dates of messages; default: `en`. */
  locale?: string | undefined;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Bounds one attempt. */
  timeoutMs: number;
  /** Names the holder of a lease. */
  owner: string;
  senders: Senders;
  /**
   * Ends what is for channels and recipients that the config does not name. Only a daemon may:
   * another config may name them.
   */
  endsAbsent: boolean;
  /** Aborts attempts under way. */
  abort: AbortSignal;
};

/** What came of one turn; `lost` when somebody else holds the lease by now. */
export type Result = 'delivered' | 'retry' | 'held' | 'dead' | 'cancelled' | 'lost';
