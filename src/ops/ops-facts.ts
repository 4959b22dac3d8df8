// What the answers about health and metrics are made from.
import type { Config } from '../config/config.ts';
import type { Clock, Instant } from '../lib/clock.ts';
import type { DaemonNote } from '../store/file/daemon-note.ts';
import type { Db } from '../store/file/open.ts';

/** What a daemon that runs knows of itself. `config` and `note` are asked anew at every request. */
export type OpsContext = {
  db: Db;
  clock: Clock;
  config: () => Config;
  note: () => DaemonNote;
  /** Throws when the file of the database is no longer in its place. */
  checkPlace: () => void;
  /** When the schedule last looked at what is due. */
  lookedAt: () => Instant;
};
