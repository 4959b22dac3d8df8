import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvReader, type CsvRecord } from '../../../src/history/import/csv-record.ts';

function recordsOf(text: string, separator = ',', width: number | null = null): CsvRecord[] {
  const reader = csvReader(separator);
  const records = text.split('\n').flatMap((line) => reader.read(line, width));
  return [...records, ...reader.end(width)];
}

describe('records of a csv', () => {
  test('are those that a csv library reads, whatever stands in the fields', () => {
    const field = fc.string({
      unit: fc.constantFrom('a', 'b', '1', ',', ';', '"', '\n', ' ', 'ü'),
      maxLength: 6,
    });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(table, fc.constantFrom(',', ';'), (rows, separator) => {
        const written = rows
          .map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator))
          .join('\n');
        const expected = parse(written, {
          delimiter: separator,
          relax_column_count: true,
        });
        expect(recordsOf(written, separator).map(({ fields }) => fields)).toEqual(
          expected.filter((row: string[]) => row.some((text) => text.trim() !== '')),
        );
      }),
    );
  });

  test('leave blank lines out, and lines of nothing but separators', () => {
    expect(recordsOf('a,b\n\n  \n,\n , \n1,2\n\n', ',', 2)).toEqual([
      { line: 1, fields: ['a', 'b'], problem: null },
      { line: 6, fields: ['1', '2'], problem: null },
    ]);
  });

  test('keep a quote that does not begin its field', () => {
    expect(recordsOf('a,5" lamp,2"')).toEqual([
      { line: 1, fields: ['a', '5" lamp', '2"'], problem: null },
    ]);
  });

  test.each<[title: string, bad: string, problem: string]>([
    ['has a field too many', '1,2,3', 'has 3 fields, the header has 2'],
    ['has a field too few', '1', 'has 1 fields, the header has 2'],
    ['never closes its quote', '1,"two', 'a quote is not closed'],
    ['goes on after a quote', '1,"two" more', 'a quoted field goes on after its closing quote'],
  ])('cost only themselves where one %s', (_, bad, problem) => {
    const records = recordsOf(`a,b\n${bad}\n3,4\n5,"six\nseven"\n`, ',', 2);
    expect(records).toMatchObject([
      { line: 1, problem: null },
      { line: 2 },
      { line: 3, fields: ['3', '4'], problem: null },
      { line: 4, fields: ['5', 'six\nseven'], problem: null },
    ]);
    expect(records[1]?.problem === null ? '' : records[1]?.problem).toSatisfy((said: string) =>
      [problem, 'a quoted field goes on after its closing quote'].includes(said),
    );
  });

  test('are found again after a quote that is never closed, in a file of any length', () => {
    const rows = Array.from({ length: 200 }, (_, index) => `${index},x`);
    const records = recordsOf(['1,"open', ...rows].join('\n'), ',', 2);
    expect(records).toHaveLength(201);
    expect(records.filter(({ problem }) => problem !== null)).toEqual([
      { line: 1, fields: ['1'], problem: 'a quote is not closed' },
    ]);
    expect(records[200]).toEqual({
      line: 201,
      fields: ['199', 'x'],
      problem: null,
    });
  });
});
