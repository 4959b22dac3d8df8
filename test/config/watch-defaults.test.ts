// What many watches share stands once.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { load, problemsOf, warningsOf } from './read-yaml-config.ts';

const SOURCES = [
  'source: { token: t }',
  'sources: { apple: { type: http, preset: apple-charts } }',
];
const DEFAULTS = 'watch_defaults: { region: US, country: us, depth: 30, schedule: "0 6 * * *" }';

test('a watch takes what its list has, and what it does not say itself', () => {
  const { config } = load({
    yaml: [
      ...SOURCES,
      DEFAULTS,
      'watches:',
      '  us: {}',
      '  bare:',
      '  gb: { region: GB, depth: 50, schedule: "0 9 * * 1" }',
      '  apps: { list: top-free-apps }',
    ],
  });
  expect(
    config.watches.map(({ name, list, asked, depth, schedule }) => [
      name,
      list.name,
      asked,
      depth,
      schedule,
    ]),
  ).toEqual([
    ['us', 'top-products', expect.objectContaining({ region: 'US' }), 30, '0 6 * * *'],
    ['bare', 'top-products', expect.objectContaining({ region: 'US' }), 30, '0 6 * * *'],
    ['gb', 'top-products', expect.objectContaining({ region: 'GB' }), 50, '0 9 * * 1'],
    ['apps', 'top-free-apps', { country: 'us' }, 30, '0 6 * * *'],
  ]);
});

test('source and list go together: a watch that names either takes neither', () => {
  const { config } = load({
    yaml: [
      ...SOURCES,
      'watch_defaults: { source: apple, list: top-podcasts, country: de, region: US, schedule: "0 6 * * *" }',
      'watches: { a: {}, b: { list: top-free-apps }, c: { source: keyapi } }',
    ],
  });
  expect(config.watches.map(({ source, list }) => [source, list.name])).toEqual([
    ['apple', 'top-podcasts'],
    ['apple', 'top-free-apps'],
    ['keyapi', 'top-products'],
  ]);
});

test('what is wrong with a default is told once, where it stands', () => {
  expect(
    problemsOf({
      yaml: [
        ...SOURCES,
        'watch_defaults: { region: us, depth: 0, shedule: "0 6 * * *" }',
        'watches: { a: {}, b: {} }',
      ],
    }),
  ).toEqual([
    '3:27 watch_defaults.region: must be two capital letters (ISO 3166-1), or all_regions; did you mean "US"? (got "us")',
    '3:38 watch_defaults.depth: must be a whole number from 1 to 10000 (got 0)',
    '3:41 watch_defaults.shedule: is no key of any list that is tracked; did you mean "schedule"? (got "shedule")',
    '4:12 watches.a.schedule: is required (got nothing)',
    '4:19 watches.b.schedule: is required (got nothing)',
  ]);
});

test('a null of a watch is its own word, and a doubt about a default is told of the default', () => {
  const yaml = [
    ...SOURCES,
    'watch_defaults: { region: UK, category: 601583, schedule: "0 6 * * *" }',
    'watches: { a: { category: null } }',
  ];
  expect(load({ yaml }).config.watches[0]?.asked).toMatchObject({ region: 'UK', category: null });
  expect(warningsOf({ yaml }).join('\n')).toContain(
    '3:27 watch_defaults.region: UK is no country code',
  );
});

test('the merge key of YAML is refused, with what to write', () => {
  expect(
    problemsOf({
      yaml: [
        'source: { token: t }',
        'watches:',
        '  us: &us { region: US, schedule: "0 6 * * *" }',
        '  gb: { <<: *us, region: GB, schedule: "0 6 * * *" }',
      ],
    }),
  ).toEqual([
    '4:9 watches.gb."<<": is not read; what many watches share goes into watch_defaults (got "<<")',
  ]);
});

test('an editor wants what a watch must say only where there are no defaults', () => {
  const validate = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    validateFormats: false,
  }).compile(configJsonSchema());
  const accepts = (yaml: string): boolean => validate(parse(yaml));
  const bare = 'source: { token: t }\nwatches: { us: { region: US } }\n';
  expect(accepts(bare)).toBe(false);
  expect(accepts(`${bare}watch_defaults: { schedule: "0 6 * * *" }`)).toBe(true);
  expect(accepts(`${bare.replace('region', 'regoin')}watch_defaults: { depth: 5 }`)).toBe(false);
});
