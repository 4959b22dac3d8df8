// The manual, one page a subject, as it stands in src/manual/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../lib/project-root.ts';

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
