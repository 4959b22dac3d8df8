/**
 * A word for a POSIX shell. Commands in messages are made to be copied, and may hold upstream text.
 */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_.,:@%+/-]+$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;

/** `tidemark silence add --rule breakout --until 7d`: undefined values are left out. */
export function commandText(
  words: readonly string[],
  options: Record<string, string | undefined> = {},
): string {
  const rest = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, shellWord(value)],
  );
  return ['tidemark', ...words.map(shellWord), ...rest].join(' ');
}
