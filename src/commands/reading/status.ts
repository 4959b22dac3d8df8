// `tidemark status`: how every watch is doing, what waits to be sent, and what needs a person.
import type { ReadDeps } from '../../report/known-names.ts';
import { adviceFor } from '../../report/status-advice.ts';
import { statusJson } from '../../report/status-json.ts';
import { readStatus } from '../../report/status.ts';
import { wrapText } from '../../terminal/fit-text.ts';
import type { Io } from '../../terminal/io.ts';
import { adviceText, reasonLines, totalLines, watchTable } from '../../terminal/status-text.ts';
import { timeWithZone } from '../../words/times.ts';

/**
 * Prints the status; as JSON one object. Always exit code 0: what needs a person is in what it
 * says.
 */
export function runStatus(
  io: Io,
  args: { json?: boolean | undefined },
  { db, config }: ReadDeps,
): number {
  const status = readStatus(db, config, io.clock.now());
  if (args.json) {
    io.stdout(`${JSON.stringify(statusJson(status, config), null, 2)}\n`);
    return 0;
  }
  const { timezone } = config;
  const lines = [
    ...reasonLines(status).map((line) => wrapText(line, io.columns, '  ')),
    ...totalLines(status),
  ];
  io.stdout(`${timeWithZone(status.now, timezone)}\n\n`);
  io.stdout(`${watchTable(status, timezone, io)}\n${lines.join('\n')}\n`);
  for (const advice of adviceFor(status, timezone)) io.stdout(adviceText(advice, io));
  return 0;
}
