import type { Called } from './as-called.ts';
import type { Clock } from '../lib/clock.ts';

/**
 * What a command has of the world. Data goes to stdout, talk to stderr; both take text as it is,
 * newlines included.
 */
export type Io = {
  stdout(text: string): void;
  stderr(text: string): void;
  /** What of `stderr` could not be written so far; talk that is lost ends no work. */
  stderrLost?(): { count: number; reason: string | null };
  env: NodeJS.ProcessEnv;
  /** Absolute; relative arguments start here. */
  cwd: string;
  clock: Clock;
  /** Is stdout a terminal? Progress bars and colour are for terminals only. */
  isTerminal: boolean;
  /** Width to fit text into, now; 80 where it is not known. */
  readonly columns: number;
  /** How the program was called; left out where that is not known. Commands on stderr are as called. */
  called?: Called;
  /** A terminal, and no `NO_COLOR`. */
  color: boolean;
};

/** What the operating system tells a command that runs until it is stopped. */
export type Signals = {
  /** SIGTERM or SIGINT. */
  stop: AbortSignal;
  /** Called on SIGHUP: read the config again. Returns how to unsubscribe. */
  onReload(reload: () => void): () => void;
};
