import type { Called } from '../words/as-called.ts';
import type { Clock } from '../lib/clock.ts';

/**
 * What a command sees of the world outside. Data goes to stdout, remarks to stderr; both take text
 * as it is, with its newlines.
 */
export type Io = {
  stdout(text: string): void;
  stderr(text: string): void;
  /** How much of `stderr` could not be written so far. Lost remarks end no work. */
  stderrLost?(): { count: number; reason: string | null };
  env: NodeJS.ProcessEnv;
  /** Absolute. Relative arguments start from here. */
  cwd: string;
  clock: Clock;
  /** Is stdout a terminal? Progress bars and colour are for terminals only. */
  isTerminal: boolean;
  /** The width to fit text into at this moment; 80 where it is not known. */
  readonly columns: number;
  /**
   * How the program was called; left out where that is not known. Commands on stderr are printed in
   * that form.
   */
  called?: Called;
  /** Whether to use colour: on a terminal, without `NO_COLOR`. */
  color: boolean;
};

/** What the operating system tells a command that runs until it is stopped. */
export type Signals = {
  /** SIGTERM or SIGINT. */
  stop: AbortSignal;
  /** Called on SIGHUP: read the config again. Returns how to unsubscribe. */
  onReload(reload: () => void): () => void;
};
