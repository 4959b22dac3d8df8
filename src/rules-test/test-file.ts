// A file of rule tests: YAML whose every problem is told with its place, as the config's are.
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { covers, type Config, type Rule, type Watch } from '../config/config.ts';
import { formatPath, type Path } from '../config/problem.ts';
import { readYaml } from '../config/yaml-file.ts';
import { AppError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { plural } from '../lib/text.ts';
import { TOP_PRODUCTS } from '../list/top-products.ts';
import { byProduct, readTimeline, type TestProduct, type Timeline } from './timeline.ts';

/** One test: a rule, what it sees slot by slot, and what must come of it. */
export type RuleTest = {
  name: string;
  rule: Rule;
  watch: Watch;
  timeline: Timeline;
  expected: Expected;
};

/**
 * Slots, from 1, by product. What is not there must not happen; `quiet` and `reminded` are null
 * when the test does not care.
 */
export type Expected = {
  fired: SlotsOf;
  resolved: SlotsOf;
  quiet: SlotsOf | null;
  reminded: SlotsOf | null;
};
export type SlotsOf = Readonly<Record<string, readonly number[]>>;

const row = z.union([z.number(), z.string()], {
  error: 'must be a row of slots, such as "40 40 12 _ x"',
});
const slot = z
  .int('must be a slot: a whole number from 1')
  .min(1, 'must be a slot: a whole number from 1');
const slots = z.record(
  z.string(),
  z.union([slot, z.array(slot)], { error: 'must be a slot, or a list of slots' }),
  {
    error: ({ input }) =>
      input === undefined
        ? 'is required: {} where nothing must fire'
        : 'must be slots by product: { perfume: 3 }',
  },
);
const product = z.strictObject({
  rank: row,
  name: z.string().optional(),
  category_l1: z.string().optional(),
  category_l2: z.string().optional(),
  ...Object.fromEntries(TOP_PRODUCTS.metrics.map(({ column }) => [column, row.optional()])),
});
const fileSchema = z.strictObject({
  tests: z.record(
    z.string(),
    z.strictObject({
      rule: z.string(),
      watch: z.string().optional(),
      products: z.record(
        z.string(),
        z.union([row, product], {
          error: 'must be a row of ranks, or a mapping with rank and metrics',
        }),
      ),
      fired: slots,
      resolved: slots.default({}),
      quiet: slots.optional(),
      reminded: slots.optional(),
    }),
  ),
});

/** Keys of tests and products, for suggestions. */
const KEYS = [
  'tests',
  'rule',
  'watch',
  'products',
  'fired',
  'resolved',
  'quiet',
  'reminded',
  ...Object.keys(product.shape),
];

type Problem = {
  path: Path;
  text: string;
  /** The place is the key, not its value. */ isAboutKey?: boolean;
};
type FileTest = z.infer<typeof fileSchema>['tests'][string];

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

  const shape = fileSchema.safeParse(yaml.value);
  const problems: Problem[] = [...yaml.problems];
  if (!shape.success) problems.push(...shape.error.issues.flatMap(problemsOf));
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

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: `is not a known key${meant(key, KEYS)}`,
      isAboutKey: true,
    }));
  // Of the forms it may have, the one that is a mapping like the value says best what is wrong.
  const inner =
    issue.code === 'invalid_union'
      ? issue.errors.find((errors) =>
          errors.some(({ code, path: at }) => code === 'unrecognized_keys' || at.length > 0),
        )
      : undefined;
  if (inner !== undefined)
    return inner.flatMap((one) => problemsOf({ ...one, path: [...path, ...one.path] }));
  return [{ path, text: textOf(issue) }];
}

function textOf(issue: z.core.$ZodIssue): string {
  const isOurs = issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input');
  if (isOurs) return issue.message;
  if (issue.input === undefined) return 'is required';
  return `must be ${issue.expected === 'string' ? 'text' : 'a mapping'}`;
}

function readTest(
  name: string,
  test: FileTest,
  config: Config,
  problems: Problem[],
): RuleTest | null {
  const path: Path = ['tests', name];
  const before = problems.length;
  const rule = config.rules.find((candidate) => candidate.name === test.rule);
  if (rule === undefined)
    problems.push({
      path: [...path, 'rule'],
      text: `there is no rule ${test.rule}${meant(
        test.rule,
        config.rules.map((one) => one.name),
      )}`,
    });
  const watches = config.watches.filter((watch) => rule === undefined || covers(rule, watch.name));
  const watch =
    test.watch === undefined
      ? watches[0]
      : watches.find((candidate) => candidate.name === test.watch);
  if (rule !== undefined && watch === undefined)
    problems.push({
      path: [...path, test.watch === undefined ? 'rule' : 'watch'],
      text:
        test.watch === undefined
          ? 'covers no watch'
          : `${test.rule} does not look at a watch ${test.watch}${meant(
              test.watch,
              watches.map((one) => one.name),
            )}`,
    });
  const timeline = readTimeline(
    Object.entries(test.products).map(
      ([id, given]) =>
        ({ ...(typeof given === 'object' ? given : { rank: given }), id }) as TestProduct,
    ),
  );
  if ('problems' in timeline)
    problems.push(
      ...timeline.problems.map(({ product: id, text }) => ({
        path: [...path, 'products', ...(id === null ? [] : [id])],
        text,
      })),
    );
  const expected = readExpected(
    test,
    path,
    problems,
    'problems' in timeline ? null : timeline.slots.length,
  );
  if (
    problems.length > before ||
    rule === undefined ||
    watch === undefined ||
    'problems' in timeline
  )
    return null;
  return { name, rule, watch, timeline, expected };
}

/** `, did you mean perfume?`, when something is near enough. */
const meant = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  return near === undefined ? '' : `, did you mean ${near}?`;
};

function readExpected(
  test: FileTest,
  path: Path,
  problems: Problem[],
  length: number | null,
): Expected {
  const read = (key: 'fired' | 'resolved' | 'quiet' | 'reminded'): SlotsOf => {
    const slotsOf = byProduct<readonly number[]>();
    for (const [id, given] of Object.entries(test[key] ?? {})) {
      const at = [...path, key, id];
      const list = [given].flat().sort((a, b) => a - b);
      if (!Object.hasOwn(test.products, id))
        problems.push({
          path: at,
          text: `${id} is not one of the products${meant(id, Object.keys(test.products))}`,
          isAboutKey: true,
        });
      else if (length !== null && list.some((one) => one > length))
        problems.push({ path: at, text: `there are only ${length} slots` });
      slotsOf[id] = list;
    }
    return slotsOf;
  };
  return {
    fired: read('fired'),
    resolved: read('resolved'),
    quiet: test.quiet === undefined ? null : read('quiet'),
    reminded: test.reminded === undefined ? null : read('reminded'),
  };
}
