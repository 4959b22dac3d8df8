/**
 * A best rank is news only after so many earlier snapshots on the list: in the first days
 * everybody's is.
 */
export const RECORD_AFTER_SLOTS = 7;

/** The parts of a change row that say how a product moved. */
type Move = { rank: number | null; rank_before: number | null; status: string | null };

/** Who moved, each group with its greatest news first. */
export type Movers<Row> = {
  climbers: Row[];
  fallers: Row[];
  entered: Row[];
  returned: Row[];
  left: Row[];
};

/**
 * Groups the change rows of a snapshot. Climbers and fallers by ln(rank_before / rank), so that 12
 * → 2 comes before 400 → 390; who entered or returned by rank, and who left by the rank it had.
 * Equal moves by the better rank.
 */
export function groupMovers<Row extends Move>(rows: readonly Row[]): Movers<Row> {
  const rank = (row: Row) => row.rank ?? row.rank_before ?? Infinity;
  const byRank = (a: Row, b: Row) => rank(a) - rank(b);
  // The ratio orders as its logarithm does.
  const factor = (row: Row) => (row.rank_before ?? NaN) / (row.rank ?? NaN);
  const withStatus = (status: string) => rows.filter((row) => row.status === status).sort(byRank);
  // Sorting is stable: equal moves stay in the order of their ranks.
  const stayed = withStatus('stayed');
  return {
    climbers: stayed.filter((row) => factor(row) > 1).sort((a, b) => factor(b) - factor(a)),
    fallers: stayed.filter((row) => factor(row) < 1).sort((a, b) => factor(a) - factor(b)),
    entered: withStatus('new'),
    returned: withStatus('returned'),
    left: withStatus('left'),
  };
}
