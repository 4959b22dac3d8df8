import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was probably meant; undefined when none is close: one edit away for up to
 * three letters, two for more, a third of the letters of long words, or the rest of the word
 * missing (`warn` for `warning`).
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const isBeginning = wanted.length >= 3 && candidate.toLowerCase().startsWith(wanted);
    const edits = isBeginning
      ? Math.min(1, candidate.length - wanted.length)
      : distance(wanted, candidate.toLowerCase());
    if (edits <= allowedEdits(candidate) && edits < (best?.edits ?? Infinity))
      best = { candidate, edits };
  }
  return best?.candidate;
}

/** What to say to a name that there is not: the nearest, or all that there are; null when none is. */
export function meantOf(name: string, known: readonly string[]): string | null {
  const meant = nearest(name, known);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const all = [...new Set(known)].sort();
  return all.length === 0 ? null : `there is: ${all.join(', ')}`;
}

const allowedEdits = ({ length }: string): number =>
  length <= 3 ? Math.min(1, length - 1) : Math.max(2, Math.floor(length / 3));
