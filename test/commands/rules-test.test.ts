import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runRulesTest } from '../../src/commands/rules/rules-test.ts';
import { TEST_EXAMPLE } from '../../src/program/rules.ts';
import { memoryIo } from '../support/memory-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-rules-test-'));

beforeAll(() => {
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `
source: { token: sk_test }
watches:
  us-daily: { region: US, schedule: "0 6 * * *" }
  workdays: { region: US, schedule: "0 6 * * 1-5" }
channels: { team: { type: webhook, url: "https://example.com/hook" } }
rules:
  top: { when: rank <= 3, clear: rank > 5, for: 2, clear_for: 2, cooldown: 4d, repeat: 3d, notify: [team] }
  climber: { when: rank_gain >= 40 and rank <= 100, notify: [team] }
  moves: { when: rank_gain >= 10, watches: [workdays], notify: [team] }
  strict: { when: rank_gain <> 0, max_gap: 1d, notify: [team] }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a file of tests; `tests` is what stands below `tests:`. */
async function run(
  tests: string,
  options: { json?: boolean } = {},
): Promise<{ code: number; out: string }> {
  writeFileSync(join(folder, 'rules.test.yaml'), `tests:\n${tests}`);
  const io = memoryIo({ cwd: folder });
  const code = await runRulesTest(io, { file: 'rules.test.yaml', ...options });
  return { code, out: io.out };
}
const problems = async (tests: string): Promise<string[]> => {
  try {
    await run(tests);
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'usage' });
    return (thrown as Error).message.split('\n').slice(1);
  }
  return [];
};

describe('rules test', () => {
  test('takes any product id, also one that every object has', async () => {
    expect(
      await run(`
  odd:
    rule: climber
    products: { constructor: 150 100, toString: 9 9 }
    fired: { constructor: 2 }
`),
    ).toMatchObject({ code: 0 });
    expect(
      await run(`
  odd:
    rule: climber
    products: { constructor: 150 100, toString: 9 9 }
    fired: {}
`),
    ).toMatchObject({ code: 1 });
    expect(
      await problems('  odd: { rule: climber, products: { a: 1 2 }, fired: { valueOf: 2 } }\n'),
    ).toEqual([expect.stringContaining('valueOf is not one of the products')]);
    expect(
      await problems('  odd: { rule: climber, products: { __proto__: 1 2, a: 1 2 }, fired: {} }\n'),
    ).toEqual(['2:37 tests.odd.products.__proto__: cannot be used as a key']);
  });

  test('says that all is as expected', async () => {
    expect(
      await run(
        `
  fires on the second slot in a row, and resolves on the second that is clear:
    rule: top
    products: { a: 9 3 2 6 4 6 7, b: "9 3 _ 3 3 3 3" }
    fired: { a: 3, b: 4 }
    resolved: { a: 7 }
  fires for nobody:
    rule: top
    products: { a: 9 3 9 3 9 }
    fired: {}
`.slice(1),
      ),
    ).toEqual({
      code: 0,
      out: 'ok     fires on the second slot in a row, and resolves on the second that is clear\nok     fires for nobody\n\n2 tests, all as expected\n',
    });
  });

  test('the example of its help passes', async () => {
    const { out } = await run(TEST_EXAMPLE.replace('tests:\n', ''));
    expect(out).toBe('ok     climbs into the top 100\n\n1 test, all as expected\n');
  });

  test('shows the slots side by side where they differ, and fails', async () => {
    const { code, out } = await run(
      `
  what is expected and missing, and what is not expected:
    rule: top
    products: { early: 9 3 2 6 4 6 7, never: 9 3 9 4 9 9 9, fine: 9 1 1 1 1 1 1 }
    fired: { early: 2, never: 3, fine: 3 }
  fine:
    rule: strict
    products: { a: 5 4 }
    fired: { a: 2 }
`.slice(1),
    );
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "FAILED what is expected and missing, and what is not expected
        rule top: when rank <= 3, clear rank > 5
        early: fired in slot 2 is missing, fired in slot 3 is unexpected, resolved in slot 7 is unexpected
          slot      1      2      3  4  5         6         7
          rank      9      3      2  6  4         6         7
          when      F      T      T  F  F         F         F
          expected     fired
          got                 fired        reminded  resolved
        never: fired in slot 3 is missing
          slot      1  2      3  4  5  6  7
          rank      9  3      9  4  9  9  9
          when      F  T      F  F  F  F  F
          expected        fired
          got
      ok     fine

      2 tests, 1 failed
      "
    `);
  });

  test('as JSON it gives each test with what differs', async () => {
    const { code, out } = await run(
      '  t: { rule: top, products: { a: 9 3 3 }, fired: { a: 2 } }\n',
      { json: true },
    );
    expect([code, JSON.parse(out)]).toEqual([
      1,
      [
        {
          name: 't',
          rule: 'top',
          watch: 'us-daily',
          ok: false,
          differences: [
            { product: 'a', what: 'fired', slot: 2, kind: 'missing' },
            { product: 'a', what: 'fired', slot: 3, kind: 'unexpected' },
          ],
        },
      ],
    ]);
  });

  test.each<[what: string, test: string]>([
    [
      'the first slot is adopted',
      '{ rule: top, products: { a: 1 1 9 9 2 2 }, fired: { a: 6 }, quiet: { a: 1 } }',
    ],
    [
      'unseen products of a partial snapshot are unknown',
      '{ rule: top, products: { a: 9 3 _ _ 3, b: 9*5 }, fired: { a: 5 } }',
    ],
    [
      'absent ones are proven gone',
      '{ rule: top, products: { a: 9 3 3 x x, b: 9*5 }, fired: { a: 3 }, resolved: { a: 5 } }',
    ],
    [
      'failed and suspect snapshots neither count nor break a row',
      '{ rule: top, products: { a: 9 3 ! ~ 3 }, fired: { a: 5 } }',
    ],
    [
      'a gap beyond max_gap breaks it',
      '{ rule: top, products: { a: 9 3 >*3 3 3 }, fired: { a: 7 } }',
    ],
    ['a shorter one does not', '{ rule: top, products: { a: 9 3 >*2 3 3 }, fired: { a: 5 } }'],
    [
      'without a baseline within max_gap nothing is known',
      '{ rule: strict, products: { a: 9 > 8 7 }, fired: { a: 4 } }',
    ],
    [
      'a cooldown keeps quiet, and tells once it has ended',
      '{ rule: top, products: { a: 9 3 3 9 9 1 1 1 }, fired: { a: [3, 7] }, resolved: { a: 5 } }',
    ],
    [
      'inside the cooldown it is quiet',
      '{ rule: top, products: { a: 9 3 3 9 9 1 > 1 }, fired: { a: [3, 8] }, resolved: { a: 5 }, quiet: {} }',
    ],
    [
      'reminders count from the telling',
      '{ rule: top, products: { a: 9 1*9 }, fired: { a: 3 }, reminded: { a: [6, 9] } }',
    ],
    [
      'slots follow the schedule of the watch: a weekend is no gap there',
      '{ rule: moves, products: { a: 90 80 70 60 60 50 }, fired: { a: [2, 6] }, resolved: { a: 5 } }',
    ],
    [
      'metrics and names are what rules see',
      '{ rule: strict, watch: workdays, products: { a: { rank: 9 8, posts: 5 _, name: Perfume, category_l1: Beauty } }, fired: { a: 2 } }',
    ],
  ])('%s', async (_, body) => {
    const { out } = await run(`  t: ${body}\n`);
    expect(out).toBe('ok     t\n\n1 test, all as expected\n');
  });

  test.each<[what: string, test: string, problem: string]>([
    [
      'a rule that is not there',
      '{ rule: topp, products: { a: 1 }, fired: {} }',
      '2:14 tests.t.rule: there is no rule topp, did you mean top?',
    ],
    [
      'a watch that is not there',
      '{ rule: top, watch: us-dayly, products: { a: 1 }, fired: {} }',
      '2:26 tests.t.watch: top does not look at a watch us-dayly, did you mean us-daily?',
    ],
    [
      'a watch the rule does not look at',
      '{ rule: moves, watch: us-daily, products: { a: 1 }, fired: {} }',
      '2:28 tests.t.watch: moves does not look at a watch us-daily',
    ],
    [
      'nothing expected',
      '{ rule: top, products: { a: 1 } }',
      '2:3 tests.t.fired: is required: {} where nothing must fire',
    ],
    [
      'no products',
      '{ rule: top, products: {}, fired: {} }',
      '2:19 tests.t.products: must hold at least one product',
    ],
    [
      'a slot that is none',
      '{ rule: top, products: { a: 1 ? }, fired: {} }',
      '2:34 tests.t.products.a: rank: "?" is no slot: a slot is a number, _ x ! ~ or >, perhaps with a step and a count (40-2*5)',
    ],
    [
      'rows of different lengths',
      '{ rule: top, products: { a: 1 2 3, b: 1 2 }, fired: {} }',
      '2:44 tests.t.products.b: rank has 2 slots, where the first product has 3',
    ],
    [
      'a metric where there is no rank',
      '{ rule: top, products: { a: { rank: 1 x, posts: 1 2 } }, fired: {} }',
      '2:31 tests.t.products.a: slot 2: posts is 2, where its rank is x',
    ],
    [
      'an absence that a partial snapshot cannot prove',
      '{ rule: top, products: { a: 1 x, b: 1 _ }, fired: {} }',
      '2:34 tests.t.products.a: slot 2: a cannot be proven absent from a snapshot that did not show b: only a complete one proves that',
    ],
    [
      'rank 0',
      '{ rule: top, products: { a: 1 0 }, fired: {} }',
      '2:34 tests.t.products.a: slot 2: 0 is no rank',
    ],
    [
      'a metric misspelt',
      '{ rule: top, products: { a: { rank: 1, post: 3 } }, fired: {} }',
      '2:45 tests.t.products.a.post: is not a known key, did you mean posts?',
    ],
    [
      'a product that is not there',
      '{ rule: top, products: { perfume: 1 }, fired: { perfum: 1 } }',
      '2:54 tests.t.fired.perfum: perfum is not one of the products, did you mean perfume?',
    ],
    [
      'a slot beyond the end',
      '{ rule: top, products: { a: 1 2 }, fired: { a: 3 } }',
      '2:53 tests.t.fired.a: there are only 2 slots',
    ],
    [
      'slot 0',
      '{ rule: top, products: { a: 1 2 }, fired: { a: 0 } }',
      '2:53 tests.t.fired.a: must be a slot: a whole number from 1',
    ],
  ])('%s is refused with its place', async (_, body, problem) => {
    expect(await problems(`  t: ${body}\n`)).toEqual([problem]);
  });

  test('a mark for the whole snapshot must be the same for all', async () => {
    expect(
      await problems('  t: { rule: top, products: { a: "1 !", b: 1 2 }, fired: {} }\n'),
    ).toEqual([
      '2:44 tests.t.products.b: slot 2: ! is about the whole snapshot: b has 2, where a has !',
    ]);
  });

  test('problems of syntax, and a file that is not there, are told', async () => {
    expect(await problems('  t: { rule: top\n')).toEqual([expect.stringMatching(/^\d+:\d+ /)]);
    await expect(
      runRulesTest(memoryIo({ cwd: folder }), { file: 'nowhere.yaml' }),
    ).rejects.toMatchObject({
      code: 'usage',
      message: `cannot read ${join(folder, 'nowhere.yaml')} (ENOENT)`,
    });
  });
});
