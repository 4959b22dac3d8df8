import pc from 'picocolors';

/**
 * What a piece of text means to its reader. Colour is never its only sign: there are arrows and
 * words as well.
 */
export type Tone = 'good' | 'bad' | 'warning' | 'faint' | 'strong';

/** Gives text its colour; without `color` it stays as it is. */
export function paint(text: string, tone: Tone | undefined, color: boolean): string {
  if (tone === undefined || !color) return text;
  const colors = pc.createColors(true);
  const by: Record<Tone, (text: string) => string> = {
    good: colors.green,
    bad: colors.red,
    warning: colors.yellow,
    faint: colors.dim,
    strong: colors.bold,
  };
  return by[tone](text);
}
