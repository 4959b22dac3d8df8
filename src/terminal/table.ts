import CliTable from 'cli-table3';

export type Column = { head: string; align?: 'left' | 'right' };

const NO_BORDERS = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
};

/** Columns of text with a head and no borders, each line without blanks at its end; ends in a newline. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new CliTable({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split('\n').map((line) => `${line.trimEnd()}\n`).join('');
}
