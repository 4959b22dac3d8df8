import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant; undefined when none is close (more than a third of the letters, and more than two, differ). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < (best?.edits ?? Infinity)) best = { candidate, edits };
  }
  return best && best.edits <= Math.max(2, Math.floor(best.candidate.length / 3)) && best.edits < best.candidate.length ? best.candidate : undefined;
}
