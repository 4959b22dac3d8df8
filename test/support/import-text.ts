// An import of one text, as the command does it, with all that it says.
import { Readable } from 'node:stream';
import { importFiles } from '../../src/history/import/import.ts';
import type { ImportedSnapshot, ImportOptions } from '../../src/history/import/terms.ts';
import type { Config } from '../../src/config/config.ts';
import { systemClock, type Instant } from '../../src/lib/clock.ts';
import type { Db } from '../../src/store/file/open.ts';

/** What became of each snapshot, and everything else that was said. */
export type Imported = { snapshots: ImportedSnapshot[]; said: unknown[] };

/** Brings a text in: of rows that say everything themselves, or of what the options say. */
export async function importText(
  db: Db,
  config: Config,
  now: Instant,
  name: string,
  text: string,
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const snapshots: ImportedSnapshot[] = [];
  const said: unknown[] = [];
  await importFiles(
    {
      db,
      config,
      now,
      clock: systemClock,
      onSnapshot: (snapshot) => void snapshots.push(snapshot),
      onRefused: (refusal) => void said.push(refusal),
      onSetAside: (refusal) => void said.push(refusal),
      onNote: (_, note) => void said.push(note),
      signal: new AbortController().signal,
    },
    {
      watch: null,
      takenAt: null,
      slotAt: null,
      dataDate: null,
      earlierQueries: false,
      time: null,
      layout: { encoding: null, separator: null, decimal: null, wide: false },
      ...options,
    },
    [{ name, open: () => Readable.from([Buffer.from(text)]) }],
  );
  return { snapshots, said };
}
