// Regular expressions of a config, bounded: one that backtracks for ever would hold up every pass.

/** Texts are matched up to this length. */
export const LONGEST_MATCHED = 300;

const MOST_REPEATS = 6;

/**
 * Why a regular expression is not taken; null where it is. What is taken looks at each place of a
 * text a bounded number of times: at most two things without an end, one where it may begin
 * anywhere, and no repeated groups.
 */
export function patternProblem(text: string): string | null {
  try {
    new RegExp(text, 'u');
  } catch {
    return 'must be a regular expression such as ^Special:';
  }
  // Classes and escapes are one character each, whatever stands in them.
  const plain = text
    .replace(/\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\./gu, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replaceAll('(?:', '(');
  if (/\\[1-9k]|\(\?<?[=!]/.test(text)) return `${TOO_MUCH}: no references, no look-around`;
  if (/\)[*+{?]/.test(plain)) return `${TOO_MUCH}: no repeated groups`;
  const repeats = plain.match(/[*+?]|\{\d+(,\d*)?\}/g) ?? [];
  const endless = repeats.filter((repeat) => repeat !== '?' && !/^\{\d\}$/.test(repeat)).length;
  const isAnchored = plain.startsWith('^') && !plain.includes('|');
  return repeats.length > MOST_REPEATS || endless > (isAnchored ? 2 : 1)
    ? `${TOO_MUCH}: at most one * or +, two after ^`
    : null;
}

const TOO_MUCH = 'must be a simpler regular expression, as it could take for ever';
