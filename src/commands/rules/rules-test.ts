// `tidemark rules test FILE`: unit tests of the config's rules.
import { resolve } from 'node:path';
import { plural } from '../../lib/text.ts';
import { readAppConfig } from '../../open-app.ts';
import { differencesOf, failureText } from '../../rules-test/report.ts';
import { runTest } from '../../rules-test/run-test.ts';
import { readTestFile } from '../../rules-test/test-file.ts';
import type { Io } from '../../terminal/io.ts';
import { paint } from '../../terminal/tone.ts';

export type RulesTestArgs = {
  config?: string | undefined;
  file: string;
  json?: boolean | undefined;
};

/**
 * Runs every test of the file. Exit code 1 when one fails; a file that cannot be understood is a
 * usage error.
 */
export async function runRulesTest(io: Io, args: RulesTestArgs): Promise<number> {
  const config = readAppConfig(io, args.config, 'spared');
  const tests = readTestFile(resolve(io.cwd, args.file), config);
  const results = tests.map((test) => {
    const run = runTest(config, test);
    return { test, run, differences: differencesOf(test.expected, run.happened) };
  });
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  if (args.json) {
    io.stdout(
      `${JSON.stringify(
        results.map(({ test, differences }) => ({
          name: test.name,
          rule: test.rule.name,
          watch: test.watch.name,
          ok: differences.length === 0,
          differences,
        })),
        null,
        2,
      )}\n`,
    );
    return failed > 0 ? 1 : 0;
  }
  for (const { test, run, differences } of results) {
    const isFine = differences.length === 0;
    io.stdout(
      `${paint(isFine ? 'ok    ' : 'FAILED', isFine ? 'good' : 'bad', io.color)} ${test.name}\n${isFine ? '' : failureText(test, run, differences)}`,
    );
  }
  io.stdout(
    `\n${plural(results.length, 'test')}${failed > 0 ? `, ${failed} failed` : ', all as expected'}\n`,
  );
  return failed > 0 ? 1 : 0;
}
