import { describe, expect, test } from 'vitest';
import { gate } from '../../../src/history/sql/gate.ts';

describe('the gate', () => {
  test.each<[title: string, sql: string, parameters: string[]]>([
    ['a plain query', 'select 1', []],
    ['comments and blanks before it', '-- why\n /* and /* how */ \n\tSELECT 1', []],
    ['named parameters, each once', 'select :a, @b, $c, :a', ['a', 'b', 'c']],
    [
      'what looks like a parameter inside text, names and comments',
      `select ':x', "a:y", [b@z] -- :w`,
      [],
    ],
    ['a call of a column', 'select edit from t', []],
    ['describing pragmas', "select * from pragma_table_xinfo('changes')", []],
    ['values', 'values (1), (2)', []],
    ['a common table expression', 'with a as (select 1) select * from a', []],
  ])('lets through %s', (_, sql, parameters) => {
    expect(gate(sql)).toEqual({ ok: true, isExplain: false, parameters });
  });

  test('knows what is explained already', () => {
    expect(gate('explain query plan select 1')).toMatchObject({ ok: true, isExplain: true });
    expect(gate('EXPLAIN with a as (select 1) select * from a')).toMatchObject({
      ok: true,
      isExplain: true,
    });
  });

  test.each<[title: string, sql: string, message: string]>([
    ['nothing', ' -- nothing\n', 'the query is empty'],
    ['a write', 'delete from observations', 'begins with DELETE'],
    ['a write behind a comment', '/* select */ drop table observations', 'begins with DROP'],
    ['an explained write', 'explain query plan delete from observations', 'this explains DELETE'],
    ['an explanation of nothing', 'explain', 'there is nothing to explain'],
    ['a quoted keyword', '"select" 1', 'begins with a name'],
    ['numbered parameters', 'select ?1', 'parameters have names here, not ?1'],
    [
      'a function that loads code',
      "select load_extension ('x')",
      'load_extension() is not available here',
    ],
    ['a NUL', 'select 1\0; attach', 'the query holds a NUL character'],
    ['a novel', `select '${'x'.repeat(100_001)}'`, 'longer than 100,000 characters'],
  ])('refuses %s', (_, sql, message) => {
    const gated = gate(sql);
    expect(gated.ok ? 'let through' : gated.message).toContain(message);
  });
});
