import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { FileItem } from '../../../src/history/import/file-item.ts';
import { fileColumns } from '../../../src/history/import/columns.ts';
import { readFile } from '../../../src/history/import/read-file.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';

const COLUMNS = fileColumns([TOP_PRODUCTS]);

async function itemsOf(text: string | readonly string[]): Promise<FileItem[]> {
  const items: FileItem[] = [];
  for await (const some of readFile(
    Readable.from([text].flat().map((chunk) => Buffer.from(chunk))),
    COLUMNS,
  ))
    items.push(...some);
  return items;
}
const short = (items: readonly FileItem[]) =>
  items.map((item) => [item.kind, ...('line' in item ? [item.line] : []), whatOf(item)]);

function whatOf(item: FileItem): unknown {
  if (item.kind === 'broken') return item.reason;
  if (item.kind === 'note') return item.text;
  return item.kind === 'row'
    ? (item.problem ?? item.fields['product_id'])
    : (item.json as { code: number }).code;
}

describe('a file to import', () => {
  test('is told by its content: rows, an object a line', async () => {
    expect(short(await itemsOf('{"product_id":"a"}\n\n{"product_id":"b"}\n'))).toEqual([
      ['row', 1, 'a'],
      ['row', 3, 'b'],
    ]);
  });

  test('csv, with lines counted where a field has several', async () => {
    const items = await itemsOf(
      '\ufeffproduct_id,product,posts\r\na,"two\nlines",1\r\nb,"",\r\nc,\'=1+1,3\r\n',
    );
    expect(short(items)).toEqual([
      ['row', 2, 'a'],
      ['row', 4, 'b'],
      ['row', 5, 'c'],
    ]);
    expect(items.map((item) => (item.kind === 'row' ? item.fields : null))).toEqual([
      { product_id: 'a', product: 'two\nlines', posts: '1' },
      { product_id: 'b', product: null, posts: null },
      { product_id: 'c', product: '=1+1', posts: '3' },
    ]);
  });

  test('saved answers: one over many lines, one a line, or a list of them', async () => {
    expect(short(await itemsOf('{\n  "code": 0,\n  "data": {}\n}\n'))).toEqual([['answer', 1, 0]]);
    expect(short(await itemsOf('{"code":0}\n{"code":1}\n'))).toEqual([
      ['answer', 1, 0],
      ['answer', 2, 1],
    ]);
    expect(short(await itemsOf(' [{"code":0},\n{"code":1}]'))).toEqual([
      ['answer', 1, 0],
      ['answer', 1, 1],
    ]);
  });

  test('is read the same however it is cut into pieces', async () => {
    const text = 'product_id,product\na,"x\ny"\nü,z\n';
    expect(
      await itemsOf([...Buffer.from(text)].map((byte) => Buffer.from([byte]).toString('latin1'))),
    ).toHaveLength(2);
    const bytes: FileItem[] = [];
    for await (const some of readFile(
      Readable.from([...Buffer.from(text)].map((byte) => Buffer.from([byte]))),
      COLUMNS,
    ))
      bytes.push(...some);
    expect(bytes).toEqual(await itemsOf(text));
  });

  test.each<[title: string, text: string, items: unknown[]]>([
    ['an empty file', ' \n', [['broken', null, 'the file is empty']]],
    [
      'a line that is cut off',
      '{"product_id":"a"}\n{"product_id":',
      [
        ['row', 1, 'a'],
        ['broken', 2, expect.stringContaining('is not JSON') as string],
      ],
    ],
    [
      'an object that is neither',
      '{"a":1}',
      [['broken', 1, expect.stringContaining('is neither a row') as string]],
    ],
    ['a number', '[1]', [['broken', 1, 'is not an object']]],
    [
      'half a JSON text',
      '{\n"code":',
      [['broken', 1, expect.stringContaining('is not JSON') as string]],
    ],
    [
      'csv of something else',
      'a,b\n1,2\n',
      [['broken', null, 'the header of the csv has no product_id']],
    ],
    [
      'csv with a field too many',
      'product_id\na\nb,c\n',
      [
        ['row', 2, 'a'],
        ['row', 3, 'has 2 fields, the header has 1'],
      ],
    ],
  ])('%s is told as broken', async (_, text, items) => {
    expect(short(await itemsOf(text))).toEqual(items);
  });

  test('that cannot be read is told as broken', async () => {
    const failing = new Readable({
      read() {
        this.destroy(new Error('EIO: bad disk'));
      },
    });
    const items: FileItem[] = [];
    for await (const some of readFile(failing, COLUMNS)) items.push(...some);
    expect(items).toEqual([{ kind: 'broken', line: null, reason: 'EIO: bad disk' }]);
  });
});
