// What an import prints: refusals with their place, but not one line for each row of a file that is
// wrong throughout; and a summary at the end.
import type { ImportedSnapshot, Refusal } from '../history/import/terms.ts';
import { isoTime } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import type { Io } from './io.ts';

/**
 * How many lines are printed for one kind of reason in one file, each with its value. The very same
 * reason is printed once.
 */
const LINES_A_KIND = 20;

export type Teller = {
  /** Prints a refusal, unless enough like it were printed already. */
  tell(refusal: Refusal): void;
  /** Prints how many were left out. */
  end(): void;
};

/** Says refusals on stderr. */
export function openTeller(io: Io): Teller {
  const said = new Set<string>();
  /** By file and kind: how many were left out, and the reason that was printed first. */
  const kinds = new Map<string, { file: string; reason: string; said: number; left: number }>();
  return {
    tell: ({ file, line, reason }) => {
      const key = JSON.stringify([file, kindOf(reason)]);
      let kind = kinds.get(key);
      if (kind === undefined) kinds.set(key, (kind = { file, reason, said: 0, left: 0 }));
      const whole = JSON.stringify([file, reason]);
      if (said.has(whole) || kind.said >= LINES_A_KIND) {
        kind.left += 1;
        return;
      }
      kind.said += 1;
      said.add(whole);
      io.stderr(`${file}${line === null ? '' : `:${line}`}: ${cleanText(reason)}\n`);
    },
    end: () => {
      for (const { file, reason, said: told, left } of kinds.values())
        if (left > 0)
          io.stderr(
            `${file}: ${plural(left, 'more line')} ${left === 1 ? 'is' : 'are'} refused ${
              told === 1 ? 'for the same reason' : 'likewise'
            }: ${cleanText(reason)}\n`,
          );
    },
  };
}

/** A reason without the values that differ from line to line. */
const kindOf = (reason: string): string => reason.replace(/"(?:[^"\\]|\\.)*"?|\d+/g, '…');

/**
 * Prints what became of all, and returns the exit code: 0 when all was taken or known, 3 when some
 * was refused, 1 when all was.
 */
export function report(
  io: Io,
  json: boolean,
  snapshots: readonly ImportedSnapshot[],
  refused: { count: number; listed: readonly Refusal[] },
): number {
  const count = (outcome: ImportedSnapshot['outcome']) =>
    snapshots.filter((snapshot) => snapshot.outcome === outcome).length;
  const [imported, known] = [count('imported'), count('known')];
  if (json) {
    const shown = snapshots.map(({ slotAt, ...snapshot }) => ({
      ...snapshot,
      because: undefined,
      slot_at: isoTime(slotAt),
    }));
    io.stdout(`${JSON.stringify({ snapshots: shown, refused: refused.listed }, null, 2)}\n`);
  } else io.stderr(summary(snapshots));
  const isAllTaken = count('refused') === 0 && refused.count === 0 && snapshots.length > 0;
  if (isAllTaken) return 0;
  return imported + known > 0 ? 3 : 1;
}

/**
 * `imported 15 snapshots, 7240 rows; 2 known already`, and how they were judged:
 * `12 complete, 3 partial: shorter than depth 500`.
 */
function summary(snapshots: readonly ImportedSnapshot[]): string {
  let rows = 0;
  let imported = 0;
  let known = 0;
  let refused = 0;
  const judged = new Map<string, number>();
  for (const snapshot of snapshots) {
    if (snapshot.outcome === 'known') known += 1;
    if (snapshot.outcome === 'refused') refused += 1;
    if (snapshot.outcome !== 'imported') continue;
    imported += 1;
    rows += snapshot.rows;
    const { status, because } = snapshot;
    const how = because === null ? status : `${status}: ${because}`;
    judged.set(how, (judged.get(how) ?? 0) + 1);
  }
  const parts = [
    `imported ${plural(imported, 'snapshot')}, ${plural(rows, 'row')}`,
    ...(known > 0 ? [`${known} known already`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  const how = [...judged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([as, n]) => `${n} ${as}`);
  return `${parts.join('; ')}\n${how.length === 0 ? '' : `${how.join(', ')}\n`}`;
}
