// Reads one test of a file, with the rule, the watch and the products that it names.
import { covers, type Config, type Rule, type Watch } from '../config/config.ts';
import type { Path } from '../config/problem.ts';
import { meant, PRODUCT_KEYS, type FileProblem, type FileTest } from './file-schema.ts';
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
 * The expected slots, from 1, by product. What is not named must not happen. `quiet` and `reminded`
 * are null when the test does not care.
 */
export type Expected = {
  fired: SlotsOf;
  resolved: SlotsOf;
  quiet: SlotsOf | null;
  reminded: SlotsOf | null;
};
export type SlotsOf = Readonly<Record<string, readonly number[]>>;

/** Reads one test. Null where something is wrong, which is added to `problems`. */
export function readTest(
  name: string,
  test: FileTest,
  config: Config,
  problems: FileProblem[],
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
  if (watch !== undefined) problems.push(...foreignMetrics(test, watch, path));
  const timeline = readTimeline(
    Object.entries(test.products).map(
      ([id, given]) =>
        ({ ...(typeof given === 'object' ? given : { rank: given }), id }) as TestProduct,
    ),
    watch?.list.metrics ?? [],
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

/** Metrics that another list has. */
function foreignMetrics({ products }: FileTest, { name, list }: Watch, path: Path): FileProblem[] {
  const known = list.metrics.map(({ column }) => column);
  return Object.entries(products).flatMap(([id, given]) =>
    typeof given !== 'object'
      ? []
      : Object.keys(given)
          .filter((key) => !PRODUCT_KEYS.includes(key) && !known.includes(key))
          .map((key) => ({
            path: [...path, 'products', id, key],
            text: `is no metric of ${name}: ${list.name} has ${known.join(', ')}`,
            isAboutKey: true,
          })),
  );
}

function readExpected(
  test: FileTest,
  path: Path,
  problems: FileProblem[],
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
