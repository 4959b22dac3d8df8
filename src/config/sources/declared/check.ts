// What is wrong with a declared list that no key can tell by itself.
import { metricNameProblem, parameterNameProblem } from '../../../list/reserved.ts';
import { nearest } from '../../../lib/nearest.ts';
import { namesIn } from '../../../list/template.ts';
import type { Path, Problem } from '../../problem.ts';
import { checkAsking } from './check-asking.ts';
import type { ListKeys } from './keys.ts';

const MOST_METRICS = 40;

/** Every problem of a declaration whose keys are each right, with its place in the file. */
export const checkDeclaration = (keys: ListKeys, at: Path): Problem[] => [
  ...checkAsking(keys, at),
  ...checkNames(keys, at),
  ...checkParameters(keys, at),
  ...checkMetrics(keys, at),
  ...checkRows(keys, at),
];

const aboutKey = (path: Path, text: string): Problem => ({ path, text, isAboutKey: true });

function checkNames({ parameters, metrics }: ListKeys, at: Path): Problem[] {
  const told = (section: string, name: string, problem: string | null) =>
    problem === null ? [] : [aboutKey([...at, section, name], problem)];
  return [
    ...Object.keys(parameters).flatMap((name) =>
      told('parameters', name, parameterNameProblem(name)),
    ),
    ...Object.keys(metrics).flatMap((name) =>
      told(
        'metrics',
        name,
        Object.hasOwn(parameters, name)
          ? 'is a parameter of the list, too; name one of them otherwise'
          : metricNameProblem(name),
      ),
    ),
  ];
}

function checkParameters({ parameters }: ListKeys, at: Path): Problem[] {
  return Object.entries(parameters).flatMap(([name, given]): Problem[] => {
    const path = [...at, 'parameters', name];
    const { values, from, to } = given;
    const known = Array.isArray(values) ? values : Object.keys(values ?? {});
    const problems: Problem[] = [];
    const say = (key: string, text: string) => problems.push({ path: [...path, key], text });
    if (values !== undefined && (from !== undefined || to !== undefined))
      say('from', 'cannot be given together with values; keep one');
    else if ((from === undefined) !== (to === undefined))
      say(from === undefined ? 'from' : 'to', 'is required: from and to stand together');
    else if (from !== undefined && to !== undefined && from > to)
      say('to', 'must not be less than from');
    if (new Set(known).size < known.length) say('values', 'must not have a value twice');
    if (given.default === undefined) return problems;
    if (given.required) say('required', 'cannot be true where there is a default; keep one');
    if (values !== undefined && !known.includes(given.default))
      problems.push({
        path: [...path, 'default'],
        text: `must be one of its values: ${known.join(', ')}`,
        suggestion: nearest(given.default, known),
      });
    const isWhole = from !== undefined && to !== undefined;
    if (isWhole && !isWithin(given.default, from, to))
      say('default', `must be a whole number from ${from} to ${to}`);
    return problems;
  });
}

const isWithin = (text: string, from: number, to: number): boolean =>
  /^-?\d+$/.test(text) && Number(text) >= from && Number(text) <= to;

function checkMetrics({ metrics }: ListKeys, at: Path): Problem[] {
  const all = Object.entries(metrics);
  const tooMany = (key: 'order' | 'level' | 'scored' | 'headline', most: number) =>
    all
      .filter(([, metric]) => metric[key])
      .slice(most)
      .map(([name]) => ({
        path: [...at, 'metrics', name, key],
        text: `can be true for ${['', 'one', 'two', 'three'][most] ?? most} of a list at most`,
      }));
  return [
    ...(all.length > MOST_METRICS
      ? [{ path: [...at, 'metrics'], text: `must be at most ${MOST_METRICS}` }]
      : []),
    ...tooMany('order', 1),
    ...tooMany('level', 1),
    ...tooMany('scored', 2),
    ...tooMany('headline', 3),
    ...all.flatMap(([name, { kind, currency, level }]) => [
      ...(currency !== undefined && kind !== 'money'
        ? [{ path: [...at, 'metrics', name, 'currency'], text: 'is for kind: money alone' }]
        : []),
      ...(level && kind !== 'count'
        ? [{ path: [...at, 'metrics', name, 'level'], text: 'is for kind: count alone' }]
        : []),
    ]),
  ];
}

function checkRows({ where, echo, parameters, dated, link }: ListKeys, at: Path): Problem[] {
  const known = [...Object.keys(parameters), ...(dated === null ? [] : ['date'])];
  const tests = where.flatMap((test, i) => {
    const given = [test.is.length > 0, test.is_not.length > 0, test.matches, test.matches_not];
    return given.filter((one) => one !== undefined && one !== false).length === 1
      ? []
      : [{ path: [...at, 'where', i], text: 'must have one of is, is_not, matches, matches_not' }];
  });
  const echoes = Object.keys(echo)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      ...aboutKey(
        [...at, 'echo', name],
        known.length === 0
          ? 'is no parameter of the list, which has none'
          : `is no parameter of the list, which has ${known.join(', ')}`,
      ),
      suggestion: nearest(name, known),
    }));
  const places = namesIn(link ?? '').filter(
    (name) => name !== 'id' && !Object.hasOwn(parameters, name),
  );
  const links = places.map((name) => ({
    path: [...at, 'link'],
    text: `speaks of {${name}}, which is neither {id} nor a parameter of the list`,
  }));
  return [...tests, ...echoes, ...links, ...checkDated(dated, parameters, at)];
}

function checkDated(
  dated: ListKeys['dated'],
  parameters: ListKeys['parameters'],
  at: Path,
): Problem[] {
  if (dated?.by === undefined) return [];
  const { values } = parameters[dated.by] ?? {};
  const known = Array.isArray(values) ? values : Object.keys(values ?? {});
  const isOfPeriods =
    known.length > 0 && known.every((value) => ['day', 'week', 'month'].includes(value));
  return isOfPeriods
    ? []
    : [
        {
          path: [...at, 'dated', 'by'],
          text: 'must be a parameter whose values are among day, week and month',
          suggestion: nearest(dated.by, Object.keys(parameters)),
        },
      ];
}
