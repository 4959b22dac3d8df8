// `tidemark status`: how every watch is doing, what waits to be sent, and what needs a person.
import type { ReadDeps } from '../../report/known-names.ts';
import { adviceFor } from '../../report/status-advice.ts';
import { statusJson } from '../../report/status-json.ts';
import { readStatus } from '../../report/status.ts';
import { readDaemon } from '../../store/file/daemon-note.ts';
import { wrapText } from '../../words/fit-text.ts';
import { asCalled } from '../../words/as-called.ts';
import type { Io } from '../../terminal/io.ts';
import {
  adviceText,
  daemonLine,
  reasonLines,
  totalLines,
  watchTable,
} from '../../terminal/status-text.ts';
import { timeWithZone } from '../../words/times.ts';

export type StatusArgs = {
  json?: boolean | undefined;
  /** Exit code 1 when something needs a person. */
  exitCode?: boolean | undefined;
};

/**
 * Prints the status; as JSON one object. The exit code is 0; with `exitCode` it is 1 when something
 * needs a person. `daemon`: whether one runs; looked up on this machine when it is left out.
 */
export function runStatus(
  io: Io,
  args: StatusArgs,
  { db, config }: ReadDeps,
  daemon = readDaemon(config.database),
): number {
  const status = readStatus(db, config, io.clock.now(), daemon);
  const { timezone } = config;
  const code = args.exitCode && adviceFor(status, timezone).length > 0 ? 1 : 0;
  if (args.json) {
    const { advice, ...rest } = statusJson(status, config);
    const shown = advice.map(({ text, command }) => ({
      text,
      command: asCalled(io.called, command),
    }));
    io.stdout(`${JSON.stringify({ ...rest, advice: shown }, null, 2)}\n`);
    return code;
  }
  const lines = [
    ...reasonLines(status).map((line) => wrapText(line, io.columns, '  ')),
    ...totalLines(status),
  ];
  io.stdout(`${daemonLine(status, timezone, io)}\n${timeWithZone(status.now, timezone)}\n\n`);
  io.stdout(`${watchTable(status, timezone, io)}\n${lines.join('\n')}\n`);
  for (const advice of adviceFor(status, timezone))
    io.stdout(adviceText({ ...advice, command: asCalled(io.called, advice.command) }, io));
  return code;
}
