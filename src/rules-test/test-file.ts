// A file of rule tests: YAML whose every problem is told with its place, as the config's are.
import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { formatPath } from '../config/problem.ts';
import { readYaml } from '../config/yaml-file.ts';
import { AppError } from '../lib/errors.ts';
import { plural } from '../lib/text.ts';
import { fileSchema, shapeProblems, type FileProblem } from './file-schema.ts';
import { readTest, type RuleTest } from './read-test.ts';

/**
 * Reads the tests for the rules of a config. @throws AppError `usage` with every problem and its
 * place.
 */
export function readTestFile(path: string, config: Config): RuleTest[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new AppError(
      'usage',
      `cannot read ${path} (${(thrown as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      { hint: 'give the path of a file of rule tests' },
    );
  }
  // Rule tests take nothing from the environment: ${…} is text like any other.
  const yaml = readYaml(text.replaceAll('${', '$${'), {});
  const refuse = (lines: string[]) =>
    new AppError(
      'usage',
      [`${path} has ${plural(lines.length, 'problem')}:`, ...lines].join('\n'),
      { hint: 'tidemark help rules test shows an example' },
    );
  if (yaml.syntaxProblems.length > 0)
    throw refuse(
      yaml.syntaxProblems.map(
        ({ place, text: problem }) => `${place.line}:${place.column} ${problem}`,
      ),
    );

  const lists = [...new Set(config.watches.map(({ list }) => list))];
  const shape = fileSchema(lists).safeParse(yaml.value);
  const problems: FileProblem[] = [...yaml.problems];
  if (!shape.success)
    problems.push(...shape.error.issues.flatMap((issue) => shapeProblems(issue, lists)));
  const tests = shape.success
    ? Object.entries(shape.data.tests).flatMap(
        ([name, test]) => readTest(name, test, config, problems) ?? [],
      )
    : [];
  if (shape.success && tests.length === 0 && problems.length === 0)
    problems.push({ path: ['tests'], text: 'holds no test' });
  if (problems.length > 0)
    throw refuse(
      problems.map((problem) => {
        const { line, column } = yaml.placeOf(
          problem.path,
          problem.isAboutKey === true ? 'key' : 'value',
        );
        return `${line}:${column} ${formatPath(problem.path)}: ${problem.text}`;
      }),
    );
  return tests;
}
