// What an alert is based on: the facts of `tidemark alerts show`, as tables.
import { html } from 'ghtml';
import type { ListQuery } from '../../config/config.ts';
import type { Evidence } from '../../store/alerts/evidence.ts';
import { evidenceValues, SIDES, snapshotFacts, type Fact } from '../../terminal/evidence-text.ts';
import { table } from './table.ts';

const CAPITAL = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Facts in two columns on a card; the first is a name of the config or of a query. */
export const factList = (facts: readonly Fact[]): string =>
  html`<dl class="pairs card">!${facts.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;

/** Every value, exact, beside that of the baseline; then the other facts. */
export function valueTables(evidence: Pick<Evidence, 'change'>, { list }: ListQuery): string {
  const { known, others } = evidenceValues(evidence, list);
  const rows = known.map((cells) =>
    cells.map((cell) => (cell === null ? '–' : html`${String(cell)}`)),
  );
  const columns = [
    { head: 'Value', kind: 'name' as const },
    ...SIDES.map((head) => ({ head: CAPITAL(head), kind: 'n' as const })),
  ];
  const values = table(columns, rows, 'None.');
  return html`<div class="tight">!${values}!${others.length === 0 ? '' : factList(others)}</div>`;
}

/** Which snapshots were compared, and all values. */
export const evidenceHtml = (evidence: Evidence, query: ListQuery, timeZone: string): string =>
  html`!${factList(snapshotFacts(evidence, query, timeZone))}!${valueTables(evidence, query)}`;
