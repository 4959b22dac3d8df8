import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { differencesOf, failureText } from '../../src/rules-test/report.ts';
import { runTest } from '../../src/rules-test/run-test.ts';
import { readTestFile } from '../../src/rules-test/test-file.ts';
import { cookbookConfig } from './cookbook.ts';

const config = cookbookConfig();
const tests = readTestFile(
  fileURLToPath(new URL('./cookbook.rules.yaml', import.meta.url)),
  config,
);

describe('the cookbook of the manual', () => {
  test('has at least 15 rules, each with a test in which it fires and something else does not', () => {
    expect(config.rules.length).toBeGreaterThanOrEqual(15);
    const proven = tests.filter(
      ({ expected, timeline }) =>
        Object.keys(expected.fired).length > 0 &&
        Object.keys(timeline.ranks).length > Object.keys(expected.fired).length,
    );
    expect(
      config.rules
        .map(({ name }) => name)
        .filter((name) => !proven.some(({ rule }) => rule.name === name)),
    ).toEqual([]);
  });

  test.each(tests.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const run = runTest(config, one);
    const differences = differencesOf(one.expected, run.happened);
    expect(differences.length === 0 ? '' : failureText(one, run, differences)).toBe('');
  });
});
