// `tidemark help SUBJECT`: the manual, one page a subject, as it stands in src/manual/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../lib/project-root.ts';
import type { Io } from '../../terminal/io.ts';

/** A page of the manual. `lead` is its first paragraph: what it is about, in a sentence. */
export type ManualPage = { subject: string; title: string; lead: string; text: string };

const folder = (): string => join(projectRoot(), 'src', 'manual');

/** The subjects that `tidemark help` knows, in alphabetical order. */
export const manualSubjects = (): string[] =>
  readdirSync(folder())
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .sort();

/** One page. @throws when there is none of that name: ask `manualSubjects` first. */
export function readManualPage(subject: string): ManualPage {
  const text = readFileSync(join(folder(), `${subject}.md`), 'utf8');
  const [heading = '', lead = ''] = text.split(/\n{2,}/);
  return { subject, title: heading.replace(/^# /, ''), lead: lead.replaceAll('\n', ' '), text };
}

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
