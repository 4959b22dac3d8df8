// `tidemark help SUBJECT`: the manual, one page a subject, as it stands in src/manual/.
import { manualSubjects, readManualPage } from '../../report/manual-pages.ts';
import type { Io } from '../../terminal/io.ts';

/** Prints one page: laid out on a terminal, as Markdown into a pipe. */
export async function runManual(io: Io, subject: string): Promise<number> {
  const { text } = readManualPage(subject);
  if (io.isTerminal) {
    const { manualText } = await import('../../terminal/manual-text.ts');
    io.stdout(manualText(text, io));
  } else io.stdout(text);
  return 0;
}

/** The list of subjects that stands under the list of commands. */
export function manualList(): string {
  const pages = manualSubjects().map(readManualPage);
  const width = Math.max(...pages.map(({ subject }) => subject.length));
  const lines = pages.map(({ subject, title }) => `  ${subject.padEnd(width)}  ${title}\n`);
  return `\nThe manual (tidemark help SUBJECT):\n${lines.join('')}`;
}
