import { systemClock } from '../lib/clock.ts';
import { asCalled } from '../words/as-called.ts';
import { wrapRemark } from '../words/wrap-remark.ts';
import { calledAs } from './program-name.ts';
import { lineWriter } from '../lib/line-writer.ts';
import type { Io, Signals } from './io.ts';

/** The process's own streams, environment and clock; `argv` without Node and the program. */
export function openIo(argv: readonly string[] = []): Io {
  const called = calledAs(argv, process.argv[1] ?? 'tidemark', process.env, process.cwd());
  const isTerminal = process.stdout.isTTY === true;
  const talk = lineWriter(2);
  // Not where a program reads it, which looks for lines.
  const remark = (text: string) =>
    process.stderr.isTTY ? wrapRemark(text, process.stderr.columns || 80, called.program) : text;
  return {
    stdout: (text) => void process.stdout.write(text),
    // Lines of a log are for programs, so they are not changed.
    stderr: (text) => talk.write(text.startsWith('{') ? text : remark(asCalled(called, text))),
    stderrLost: () => talk.lost(),
    called,
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    isTerminal,
    // Asked for each time, as people resize their terminal. Some terminals, such as those of a CI,
    // say 0.
    get columns() {
      return process.stdout.columns || 80;
    },
    color: isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  };
}

/**
 * SIGTERM and SIGINT ask the program to stop; a second one ends it at once, by the system's
 * default. SIGHUP asks it to reload if it can, and otherwise to stop: the terminal is gone then,
 * and work that has begun must be cleaned up.
 */
export function openSignals(): Signals {
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
  const hangUp = () => stopping.abort();
  process.once('SIGHUP', hangUp);
  return {
    stop: stopping.signal,
    onReload: (reload) => {
      process.off('SIGHUP', hangUp);
      process.on('SIGHUP', reload);
      return () => process.off('SIGHUP', reload);
    },
  };
}
