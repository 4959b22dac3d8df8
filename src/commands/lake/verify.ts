// `tidemark lake verify`: reads the whole lake, and compares it with the database. What is the same
// is written down where history may leave the database for the lake.
import { verifyPart, type MonthState } from '../../history/lake/verify-part.ts';
import { lakeParts } from '../../history/lake/sync.ts';
import { openDatabase } from '../../store/file/open.ts';
import { saveConfirmed, type MonthProof } from '../../store/lake/confirmed.ts';
import type { Io } from '../../terminal/io.ts';
import { counted, wholeText } from '../../words/short-numbers.ts';
import { onLake, type LakeArgs } from './open.ts';

/** Exit code 0 when all that both have is the same, else 1. */
export const runLakeVerify = (io: Io, args: LakeArgs): Promise<number> =>
  onLake(io, args, false, async ({ db, place, lake, config }) => {
    const months: MonthState[] = [];
    const proofs: MonthProof[] = [];
    for (const part of lakeParts(db, lake))
      await verifyPart(db, place, part, io.clock, (month, proof) => {
        months.push(month);
        if (proof !== null) proofs.push(proof);
        if (month.problem !== null && !args.json) io.stdout(`${nameOf(month)}: ${month.problem}\n`);
      });
    if (config.retention.then === 'lake') writeDown(config.database, proofs, io.clock.now());
    const bad = months.filter(({ problem }) => problem !== null).length;
    if (args.json) io.stdout(`${JSON.stringify({ place: place.text, months }, null, 2)}\n`);
    else io.stdout(sumOf(months, bad));
    return bad === 0 ? 0 : 1;
  });

function writeDown(database: string, proofs: readonly MonthProof[], now: number): void {
  const db = openDatabase(database, { create: false });
  try {
    saveConfirmed(db, proofs, now);
  } finally {
    db.close();
  }
}

const nameOf = ({ table, list, watch, month }: MonthState): string =>
  `${table}/list=${list}/watch=${watch}/month=${month}`;

function sumOf(months: readonly MonthState[], bad: number): string {
  const of = (count: (month: MonthState) => number) =>
    months.reduce((sum, month) => sum + count(month), 0);
  const behind = of((month) => month.behind);
  const only = of((month) => month.only);
  const late =
    behind === 0
      ? ''
      : `${wholeText(behind)} snapshots and alerts are not in it as they are now: lake sync\n`;
  const kept = only === 0 ? '' : `${wholeText(only)} snapshots and alerts that only the lake has\n`;
  return `${verdictOf(
    months.length,
    bad,
    of(({ rows }) => rows.lake),
  )}${late}${kept}`;
}

function verdictOf(months: number, bad: number, rows: number): string {
  if (bad > 0) return `${counted(bad, 'month')} of ${wholeText(months)} differ\n`;
  return rows === 0
    ? 'there is nothing to compare: the lake has nothing of what the database has\n'
    : `${counted(months, 'month')}, ${counted(rows, 'row')}: the same as in the database\n`;
}
