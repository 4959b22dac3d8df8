// What an import is given, and what it reports.
import type { Readable } from 'node:stream';
import type { Config, Watch } from '../../config/config.ts';
import type { Clock, Instant } from '../../lib/clock.ts';
import type { SnapshotStatus } from '../../model.ts';
import type { Db } from '../../store/file/open.ts';
import type { WatchRow } from '../../store/series/series.ts';
import type { Layout } from './file-item.ts';

export type ImportFile = { name: string; open(): Readable };

export type ImportOptions = {
  /** The watch that everything belongs to; null: each row says. */
  watch: string | null;
  /** When the list was taken, for rows and files that do not say when. */
  takenAt: Instant | null;
  /** The slot it is for; null: that moment. */
  slotAt: Instant | null;
  /** The date that saved answers of a dated list are of; null: the one that is due at the slot. */
  dataDate: string | null;
  /**
   * Also take rows that say in full what list they are of, when that is another than the watch asks
   * for now: each such list becomes a series of the watch.
   */
  earlierQueries: boolean;
  /**
   * The time of day, `HH:MM` by the clocks of the watch, that a date alone stands for; null: a date
   * is no slot.
   */
  time: string | null;
  /** How the files are written. */
  layout: Layout;
};

/** A row, page or line that was not taken, and why. */
export type Refusal = { file: string; line: number | null; reason: string };

/** What became of one snapshot. `known` was stored before, exactly so. */
export type ImportedSnapshot = {
  watch: string;
  slotAt: Instant;
  rows: number;
} & (
  | {
      outcome: 'imported';
      status: SnapshotStatus;
      /** Why it is not complete, as it is stored. */
      reason: string | null;
      /**
       * The same without figures, so that lists can be counted by it; null where there is nothing
       * to add.
       */
      because: string | null;
    }
  | { outcome: 'known'; status: SnapshotStatus }
  | { outcome: 'refused'; reason: string }
);

export type ImportDeps = {
  db: Db;
  config: Config;
  now: Instant;
  /** Measures pauses and durations. */
  clock: Clock;
  onSnapshot(snapshot: ImportedSnapshot): void;
  onRefused(refusal: Refusal): void;
  /** A row without a usable product id. As in live data, the ranks of the others stay as they are. */
  onSetAside(refusal: Refusal): void;
  /** What was assumed of a file that does not say it: its encoding, say, or its decimal sign. */
  onNote(file: string, text: string): void;
  signal: AbortSignal;
};

/** A configured watch and its rows. */
export type Target = { watch: Watch; row: WatchRow };
