// Several sources, and which list of which a watch tracks.
import { describe, expect, test } from 'vitest';
import { LEAST, load, problemsOf, tokenOf, warningsOf } from './read-yaml-config.ts';

const APPLE = 'sources: { apple: { type: http, preset: apple-charts } }';
const APPS = 'top: { source: apple, list: top-free-apps, country: us, schedule: "0 7 * * *" }';

describe('sources', () => {
  test('stand beside `source`, which is short for keyapi; each has its own pace and limit', () => {
    const { config } = load({
      yaml: [
        'source: { token: sk_main, requests_per_second: 0.5 }',
        'sources:',
        '  apple: { type: http, preset: apple-charts, concurrency: 5 }',
        '  second: { type: keyapi, token: sk_second, daily_credits: 30 }',
        'watches:',
        '  us: { region: US, schedule: "0 6 * * *" }',
        '  other: { source: second, region: US, schedule: "0 6 * * *" }',
        `  ${APPS}`,
      ],
    });
    expect(
      config.sources.map(({ name, place, requestsPerSecond, concurrency, dailyCredits }) => [
        name,
        place,
        requestsPerSecond,
        concurrency,
        dailyCredits,
      ]),
    ).toEqual([
      ['keyapi', 'source', 0.5, 2, 500],
      ['apple', 'sources.apple', 1, 5, null],
      ['second', 'sources.second', 1, 2, 30],
    ]);
    expect(config.sources.map(tokenOf)).toEqual(['sk_main', '', 'sk_second']);
    expect(config.watches.map(({ source, list }) => [source, list.name])).toEqual([
      ['keyapi', 'top-products'],
      ['second', 'top-products'],
      ['apple', 'top-free-apps'],
    ]);
    expect(config.watches[2]).toMatchObject({ asked: { country: 'us' }, depth: 100 });
  });

  test('alone need no `source`; a list that only one serves names its source', () => {
    const { config } = load({
      yaml: [APPLE, 'watches: { top: { list: top-podcasts, country: de, schedule: "0 7 * * *" } }'],
    });
    expect(config.sources.map(({ name }) => name)).toEqual(['apple']);
    expect(config.watches[0]).toMatchObject({ source: 'apple', list: { name: 'top-podcasts' } });
  });

  test('of one name with `source` are refused', () => {
    expect(
      problemsOf({ yaml: [...LEAST, 'sources: { keyapi: { type: keyapi, token: sk_2 } }'] }),
    ).toEqual(['3:12 sources.keyapi: is what source: is short for; keep one (got "keyapi")']);
  });

  test('take their secrets from files, and need them', () => {
    const { config } = load({
      yaml: [
        ...LEAST,
        'sources:',
        '  mine: { type: http, preset: apple-charts, username: ana, password_file: /run/pw }',
      ],
      files: { '/run/pw': 'hunter2\n' },
    });
    const auth = config.sources[1]?.auth;
    expect(auth?.kind === 'basic' && [auth.username, auth.password.reveal()]).toEqual([
      'ana',
      'hunter2',
    ]);
    expect(problemsOf({ yaml: [...LEAST, 'sources: { more: { type: keyapi } }'] })).toEqual([
      '3:12 sources.more.token: is required: give token or token_file (got nothing)',
    ]);
  });

  test('are told what credentials need of each other, and never repeat one', () => {
    const problems = problemsOf({
      yaml: [
        ...LEAST,
        'sources:',
        '  a: { type: http, preset: apple-charts, password: hunter2 }',
        '  b: { type: http, preset: apple-charts, token_header: x-api-key }',
        '  c: { type: http, preset: apple-charts, token: "hunter2\\n", username: ana, password: hunter2 }',
      ],
    });
    expect(problems.join('\n')).not.toContain('hunter2');
    expect(problems.map((problem) => problem.replace(/^\S+ /, ''))).toEqual([
      'sources.a.password: needs a username (got <secret>)',
      'sources.b.token_header: needs a token (got "x-api-key")',
      expect.stringMatching(/^sources\.c\.token: /),
      'sources.c.username: cannot be given together with token; keep one (got "ana")',
    ]);
  });

  test('of an unknown type or preset name the nearest', () => {
    expect(
      problemsOf({
        yaml: [
          ...LEAST,
          'sources:',
          '  a: { type: htp }',
          '  b: { type: http, preset: apple-chart }',
        ],
      }).map((problem) => problem.replace(/^\S+ /, '')),
    ).toEqual([
      expect.stringContaining('did you mean "http"?'),
      expect.stringContaining('did you mean "apple-charts"?'),
    ]);
  });
});

describe('a watch', () => {
  const problem = (watch: string) =>
    problemsOf({ yaml: [LEAST[0] ?? '', APPLE, 'watches:', `  w: ${watch}`] }).map((text) =>
      text.replace(/^\S+ /, ''),
    );

  test('with a key of another list is told the keys of its own', () => {
    expect(
      problem(
        '{ source: apple, list: top-free-apps, country: us, region: US, schedule: "0 7 * * *" }',
      ),
    ).toEqual([
      'watches.w.region: is no key of top-free-apps, which has country, source, list, depth, schedule, timezone (got "region")',
    ]);
  });

  test('that names a source or a list that nobody has is told the nearest', () => {
    expect(problem('{ source: appel, list: top-free-apps, schedule: "0 7 * * *" }')).toContain(
      'watches.w.source: is not the name of a source; did you mean "apple"? (got "appel")',
    );
    expect(problem('{ list: top-free-app, schedule: "0 7 * * *", region: US }')).toEqual([
      expect.stringMatching(
        /^watches\.w\.list: is no list of the sources; there are top-products, .*; did you mean "top-free-apps"\?/,
      ),
    ]);
  });

  test('is asked for a value among those that its list has', () => {
    expect(problem('{ list: top-free-apps, country: USA, schedule: "0 7 * * *" }')).toEqual([
      'watches.w.country: must be two small letters (ISO 3166-1) (got "USA")',
    ]);
    expect(
      problem('{ list: top-free-apps, country: us, depth: 200, schedule: "0 7 * * *" }'),
    ).toEqual(['watches.w.depth: must be a whole number from 1 to 100 (got 200)']);
  });

  test('of the same list at another source is no twin', () => {
    expect(
      warningsOf({
        yaml: [
          LEAST[0] ?? '',
          'sources: { second: { type: keyapi, token: sk_2 } }',
          'watches:',
          '  a: { region: US, schedule: "0 6 * * *" }',
          '  b: { source: second, region: US, schedule: "0 6 * * *" }',
        ],
      }),
    ).toEqual([]);
  });
});
