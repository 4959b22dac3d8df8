/**
 * The best rank, and how many ranks the picture spans: at least so many that a step of one place
 * does not look like a cliff. Null where nothing is known.
 */
export function spanOf(ranks: readonly (number | null)[]): { best: number; size: number } | null {
  const known = ranks.filter((rank) => rank !== null);
  if (known.length === 0) return null;
  const [best, worst] = [Math.min(...known), Math.max(...known)];
  const least = Math.max(4, Math.round(best * 0.15));
  const size = Math.max(worst - best, least);
  // A line that hardly moves lies in the middle.
  return { best: best - (size - (worst - best)) / 2, size };
}
