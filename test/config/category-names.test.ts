// A watch names a category, where the tree has that name once.
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/load.ts';
import type { NamedCategory } from '../../src/config/category-names.ts';

const named = (id: string, level: number, path: string): NamedCategory => ({
  id,
  level,
  path,
  name: path.split(' > ').at(-1) ?? '',
});
const TREE = [
  named('1', 1, 'Beauty'),
  named('11', 2, 'Beauty > Perfume'),
  named('111', 3, 'Beauty > Perfume > Gift Sets'),
  named('2', 1, 'Home'),
  named('211', 3, 'Home > Kitchen > Gift Sets'),
];

const read = (watch: string, tree: NamedCategory[] | null = TREE) => {
  const places: string[] = [];
  const result = readConfig({
    path: '/etc/tidemark.yaml',
    env: {},
    cwd: '/',
    readFile: () =>
      `source: { token: t }
database: data/t.db
watches: { w: { list: product-ranking, region: US, schedule: "0 6 * * *", ${watch} } }`,
    readCategories: (database) => {
      places.push(database);
      return tree;
    },
  });
  const asked = 'config' in result ? result.config.watches[0]?.asked : null;
  const problems = 'problems' in result ? result.problems : [];
  return { asked, problems: problems.map(({ path, problem }) => [path, problem]), places };
};

test('by its name in any case, on the level of its key, from the database of the config', () => {
  expect(read('category: beauty, category_l2: Perfume')).toMatchObject({
    asked: { category: '1', category_l2: '11', category_l3: null },
    problems: [],
    places: ['/etc/data/t.db'],
  });
});

test('an id stays what it is, and the tree is not looked at', () => {
  expect(read('category: 601450')).toMatchObject({ asked: { category: '601450' }, places: [] });
});

test.each([
  [
    'category_l3: gift sets',
    'is the name of 2 categories: 111 (Beauty > Perfume > Gift Sets), 211',
  ],
  ['category: Perfume', 'is no category of level 1 of the tree'],
  ['category: Beuty', 'did you mean "Beauty"?'],
])('%s is a problem: %s', (watch, says) => {
  const { problems } = read(watch);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.[0]).toBe(`watches.w.${watch.split(':')[0] ?? ''}`);
  expect(problems[0]?.[1]).toContain(says);
});

test('where the tree is not known yet, it says how it becomes so', () => {
  expect(read('category: Beauty', null).problems[0]?.[1]).toContain('run tidemark categories once');
});
