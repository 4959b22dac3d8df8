// What the manual says of lists, layers and lines is asked of the program itself; test/readme.test.ts holds the rest.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configJsonSchema } from '../src/config/json-schema.ts';
import type { ListKind, Metric } from '../src/list/list-kind.ts';

const ROOT = join(import.meta.dirname, '..');
const MANUAL = join(ROOT, 'src/manual');
const LIST = join(ROOT, 'src/list');
const page = (name: string) => readFileSync(join(MANUAL, name), 'utf8');

const isList = (value: unknown): value is ListKind =>
  typeof value === 'object' && value !== null && 'metrics' in value && 'parameters' in value;

/** Every list that a file of src/list/ declares. */
const lists = (
  await Promise.all(
    readdirSync(LIST).map(
      async (file) => (await import(join(LIST, file))) as Record<string, unknown>,
    ),
  )
).flatMap((parts) => Object.values(parts).filter(isList));

/** The part of a page below a heading, up to the next of the same depth. */
const sectionOf = (text: string, heading: string) =>
  text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** The first cells of a table's rows, of the table whose first heading is `head`. */
function firstCells(text: string, head: string): string[] {
  const [, table = ''] = text.split(`| ${head} |`);
  const rows = table.split('\n').slice(2);
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(0, end).map((row) => row.split('|')[1]?.trim() ?? '');
}

function kindOf({ kind, currency, significant }: Metric): string {
  const money = currency === 'USD' ? 'money in USD' : 'money';
  const amount = kind === 'money' ? money : kind;
  return significant === null ? amount : `${amount}, rounded to ${significant} digits`;
}

describe('the page about lists', () => {
  test('there is a list to write about', () => {
    expect(lists.map(({ name }) => name)).toContain('top-products');
  });

  test.each(lists)(
    'says of $name what a row is, and which parameters and metrics it has',
    (list) => {
      const section = sectionOf(page('lists.md'), `\`${list.name}\``);
      expect(section).toMatch(new RegExp(`\\*\\*What an? ${list.row.one} is\\.\\*\\* \\S`));
      expect(firstCells(section, 'parameter')).toEqual(
        list.parameters.map(({ key }) => `\`${key}\``),
      );
      expect(firstCells(section, 'metric')).toEqual(
        list.metrics.map(({ column }) => `\`${column}\``),
      );
      for (const metric of list.metrics)
        expect(section).toContain(
          `| \`${metric.column}\` | ${kindOf(metric)} | ${metric.description} |`,
        );
    },
  );
});

type Keys = Record<
  string,
  { default?: unknown; properties?: Keys; anyOf?: { properties?: Keys }[] }
>;
type Section = { properties?: Keys; anyOf?: Section[]; oneOf?: Section[] };

/** The keys of a section, or of each of its kinds. */
const kindsOf = (section: Section): Keys[] => [
  ...(section.properties === undefined ? [] : [section.properties]),
  ...[...(section.anyOf ?? []), ...(section.oneOf ?? [])].flatMap(kindsOf),
];

describe('the page about the config', () => {
  const schema = configJsonSchema() as { properties: Record<string, Section> };
  const named = (name: string) =>
    (schema.properties[name] as { additionalProperties?: Section }).additionalProperties ?? {};
  const tables = [...page('config.md').matchAll(/^\| key \| default \| \|\n\|.*\n((?:\|.*\n)+)/gm)]
    .map(([, rows = '']) => rows.trim().split('\n'))
    .map(
      (rows) =>
        new Map(
          rows
            .map((row) => row.split(' | ').slice(0, 2))
            .map(
              ([key = '', fallback = '']) =>
                [key.replace(/[|` ]/g, ''), fallback.replace(/`/g, '').trim()] as const,
            ),
        ),
    );
  const sections = [
    ...['source', 'smtp', 'retention', 'backup', 'heartbeat', 'web'].map(
      (name) => [name, schema.properties[name] ?? {}] as const,
    ),
    ...['rules', 'digests', 'channels'].map((name) => [name, named(name)] as const),
  ].flatMap(([name, section]) => kindsOf(section).map((keys) => [name, keys] as const));

  test.each(sections)('has a table of %s with every key and its default', (_, keys) => {
    const table = tables.find((rows) => Object.keys(keys).every((key) => rows.has(key)));
    expect(Object.keys(keys)).toEqual(
      table === undefined ? [] : Object.keys(keys).filter((key) => table.has(key)),
    );
    for (const [key, { default: fallback }] of Object.entries(keys))
      if (fallback !== undefined && JSON.stringify(fallback) !== '{}')
        expect([key, table?.get(key)]).toEqual([
          key,
          typeof fallback === 'string' ? fallback : JSON.stringify(fallback),
        ]);
  });
});

describe('the manual', () => {
  test('has lines that any editor shows whole; tables and code are left as they are', () => {
    const wide = readdirSync(MANUAL).flatMap((name) => {
      const prose = page(name).replace(/^```[\s\S]*?^```/gm, '');
      return prose
        .split('\n')
        .filter((line) => !line.startsWith('|') && line.length > 120)
        .map((line) => `${name}: ${line}`);
    });
    expect(wide).toEqual([]);
  });
});
