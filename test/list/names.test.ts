// Nothing but its declaration names a metric: what else did would be forgotten when a list gains one.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';

const SRC = join(import.meta.dirname, '../../src');

/** What speaks of one list and means it: its declaration, its simulator, examples, and questions people asked. */
const MAY_NAME: readonly RegExp[] = [
  /^list\/top-products\.ts$/,
  // Other lists have metrics of these names of their own.
  /^list\/(hacker-news|huggingface-trending)\.ts$/,
  /^sandbox\//,
  /^demo\//,
  // The template of a config, and the examples of commands.
  /^config\/template\.ts$/,
  // Declarations of other lists, whose metrics may have the same names.
  /^list\/(\w+-ranking|trending)\.ts$/,
  /^program\//,
  /^history\/sql\/shipped\.ts$/,
  // A sample message, of a list that is made up.
  /^delivery\/render\/test-letter\.ts$/,
];

/** Names of metrics that are words of every day: named only as a text of their own, or with what follows a metric. */
const METRIC = new RegExp(
  TOP_PRODUCTS.metrics
    .flatMap(({ column }) => [
      `['"\`]${column}['"\`]`,
      `\\b${column}_(before|delta|pct|z)\\b`,
      `\\bo\\.${column}\\b`,
    ])
    .join('|'),
);

/** Without comments: examples in them may name what they like. */
const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, '');

test('no file but the declaration, the simulator and examples names a metric', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !MAY_NAME.some((allowed) => allowed.test(path)))
    .sort();
  expect(files.length).toBeGreaterThan(200);
  const named = files.flatMap((path) =>
    codeOf(readFileSync(join(SRC, path), 'utf8'))
      .split('\n')
      .filter((line) => METRIC.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(named).toEqual([]);
});
