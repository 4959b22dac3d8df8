/**
 * A word for a POSIX shell. Commands in messages are made to be copied, and may hold upstream text.
 */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_.,:@%+/-]+$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * `tidemark silence add --rule breakout --until 7d`: undefined values are left out, and true is an
 * option without a value.
 */
export function commandText(
  words: readonly string[],
  options: Record<string, string | true | undefined> = {},
): string {
  const rest = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [value === true ? `--${name}` : `--${name} ${shellWord(value)}`],
  );
  return ['tidemark', ...words.map(shellWord), ...rest].join(' ');
}

/**
 * A command on lines of at most `columns`, each but the last with a backslash at its end: so a shell
 * takes them as one. It is broken before an option; what is longer than a line stays whole.
 */
export function commandLines(command: string, columns: number, indent: string): string[] {
  // A blank within quotes belongs to a value.
  const [first = '', ...options] = command
    .replace(/('[^']*')| (?=--[a-z])/g, (_, quoted?: string) => quoted ?? '\n')
    .split('\n');
  const lines = [`${indent}${first}`];
  for (const option of options) {
    const line = lines.at(-1) ?? '';
    // Two columns are needed for the blank and the backslash.
    if (line.length + 1 + option.length <= columns - 2)
      lines[lines.length - 1] = `${line} ${option}`;
    else lines.push(`${indent}  ${option}`);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}
