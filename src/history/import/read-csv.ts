// A csv as rows: its separator, its header, its records; with `wide`, a product per column.
import { readCsvText } from '../formats.ts';
import { rankOfColumn, type FileColumns } from './columns.ts';
import { csvReader, type CsvRecord } from './csv-record.ts';
import type { FileItem, Layout } from './file-item.ts';
import type { Fields } from './row.ts';
import { guessDecimal, guessSeparator, readHint, separatorName, type Decimal } from './spelling.ts';

/** How many records are looked at to find out how numbers are written. */
const SAMPLE = 1_000;

/** Yields what a csv holds, many at a time. @throws Error when its header is not one of ours */
export async function* readCsv(
  batches: AsyncIterable<string[]>,
  layout: Layout,
  columns: FileColumns,
): AsyncGenerator<FileItem[]> {
  const table = openTable(layout, columns);
  let held: CsvRecord[] | null = [];
  try {
    for await (const lines of batches) {
      const items: FileItem[] = [];
      for (const line of lines) {
        const records = table.read(line);
        if (held === null) for (const record of records) table.put(record, items);
        else held.push(...records);
      }
      if (held !== null) {
        if (held.length < SAMPLE) continue;
        items.push(...table.begin(held));
        held = null;
      }
      yield items;
    }
  } catch (thrown) {
    // What was read before the damaged place is good.
    if (held !== null) yield table.begin(held);
    throw thrown;
  }
  const rest = table.end();
  const items = held === null ? [] : table.begin([...held, ...rest]);
  if (held === null) for (const record of rest) table.put(record, items);
  yield items;
}

type Table = {
  read(line: string): CsvRecord[];
  end(): CsvRecord[];
  /** Says how the file is written, by its first records, and what they hold. */
  begin(sample: readonly CsvRecord[]): FileItem[];
  /** Adds what a record holds. */
  put(record: CsvRecord, items: FileItem[]): void;
};

function openTable(layout: Layout, known: FileColumns): Table {
  const isHeader = (columns: readonly string[]) =>
    layout.wide
      ? columns.filter((name) => rankOfColumn(name) !== null).length > 1
      : columns.includes('product_id');
  const wanted = layout.wide
    ? 'columns of ranks (1, 2, 3 …), as --wide says it should'
    : 'product_id';
  const notes: string[] = [];
  let reader: ReturnType<typeof csvReader> | null = null;
  let skipped = 0;
  let hinted: string | null = null;
  let names: readonly string[] | null = null;
  let decimal: Decimal = layout.decimal ?? '.';

  const readHeader = (line: string): CsvRecord[] => {
    if (reader === null) {
      const hint = readHint(line);
      hinted ??= hint;
      if (hint !== null || line.trim() === '') {
        skipped += 1;
        return [];
      }
      const separator = layout.separator ?? hinted ?? guessSeparator(line, isHeader);
      if (separator === null) throw new Error(`the header of the csv has no ${wanted}`);
      if (layout.separator === null && separator !== ',')
        notes.push(`fields are separated by ${separatorName(separator)}`);
      reader = csvReader(separator);
    }
    const [header, ...records] = reader.read(line, null);
    if (header === undefined) return [];
    names = checkHeader(
      header.fields.map((name) => name.trim()),
      isHeader,
      wanted,
    );
    for (const name of names) {
      const said = layout.wide && rankOfColumn(name) !== null ? null : known.unread(name);
      if (said !== null) notes.push(said);
    }
    return records;
  };
  const placed = (records: CsvRecord[]) =>
    skipped === 0 ? records : records.map((record) => ({ ...record, line: record.line + skipped }));

  const put: Table['put'] = ({ line, fields, problem }, items) => {
    const row = fieldsOf(names ?? [], fields);
    if (layout.wide && problem === null) items.push(...rowsOfWide(row, line, decimal));
    else items.push({ kind: 'row', line, fields: row, problem, decimal });
  };
  return {
    read: (line) =>
      placed(names === null ? readHeader(line) : (reader?.read(line, names.length) ?? [])),
    end: () => {
      if (names === null && reader === null) throw new Error('the csv has no header');
      return placed(reader?.end(names?.length ?? null) ?? []);
    },
    begin: (sample) => {
      const found = layout.decimal ?? guessDecimal(fractionsOf(known, names ?? [], sample));
      decimal = found ?? '.';
      if (layout.decimal === null && decimal === ',')
        notes.push('decimals are written with a comma, and thousands with points');
      const items: FileItem[] = notes.map((text) => ({ kind: 'note', text }));
      for (const record of sample) put(record, items);
      return items;
    },
    put,
  };
}

function checkHeader(
  names: readonly string[],
  isHeader: (columns: readonly string[]) => boolean,
  wanted: string,
): readonly string[] {
  if (!isHeader(names)) throw new Error(`the header of the csv has no ${wanted}`);
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`the header of the csv has two columns ${JSON.stringify(twice)}: drop one`);
  return names;
}

function* fractionsOf(
  { fractions }: FileColumns,
  names: readonly string[],
  records: readonly CsvRecord[],
): Generator<string> {
  const places = fractions.map((column) => names.indexOf(column)).filter((place) => place !== -1);
  for (const { fields, problem } of records)
    if (problem === null) for (const place of places) yield fields[place] ?? '';
}

/**
 * An empty field is not known, with or without quotes: in no column does an empty text mean
 * anything.
 */
function fieldsOf(names: readonly string[], record: readonly string[]): Fields {
  const fields: Record<string, string | null> = {};
  for (let index = 0; index < names.length; index++) {
    const field = record[index] ?? '';
    fields[names[index] as string] = field === '' ? null : readCsvText(field);
  }
  return fields;
}

/**
 * A line with a product per column becomes as many rows, which share the other columns. An empty
 * cell is a rank that is not known.
 */
function* rowsOfWide(cells: Fields, line: number, decimal: Decimal): Generator<FileItem> {
  const shared: Record<string, unknown> = {};
  const ranked: [rank: number, productId: unknown][] = [];
  for (const [name, value] of Object.entries(cells)) {
    const rank = rankOfColumn(name);
    if (rank === null) shared[name] = value;
    else if (value !== null) ranked.push([rank, value]);
  }
  for (const [rank, productId] of ranked)
    yield {
      kind: 'row',
      line,
      fields: { ...shared, product_id: productId, rank },
      problem: null,
      decimal,
    };
}
