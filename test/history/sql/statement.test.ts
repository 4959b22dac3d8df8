import { describe, expect, test } from 'vitest';
import { endedStatement, withoutLead } from '../../../src/history/sql/statement.ts';

describe('a statement that is typed', () => {
  test.each<[typed: string, ended: string | null]>([
    ['SELECT 1', null],
    ['SELECT 1;', 'SELECT 1'],
    ['SELECT 1 ; \n', 'SELECT 1 '],
    ['SELECT 1;;', 'SELECT 1'],
    ['SELECT 1; -- done', 'SELECT 1'],
    ['SELECT 1; /* done */ ', 'SELECT 1'],
    ['SELECT 1; /* not\n yet', null],
    ['SELECT 1 -- ;', null],
    ['SELECT 1 /* ; */', null],
    ["SELECT ';", null],
    ["SELECT ';'", null],
    ["SELECT 'it''s;", null],
    ["SELECT 'a;\nb';", "SELECT 'a;\nb'"],
    ['SELECT 1 AS "a;', null],
    ['SELECT 1 AS [a;', null],
    ['SELECT 1 AS `a;', null],
    ['SELECT 1; SELECT 2', null],
    ['SELECT 1; SELECT 2;', 'SELECT 1; SELECT 2'],
    ['', null],
    [';', ''],
  ])('%j ends where SQLite says', (typed, ended) => {
    expect(endedStatement(typed)).toBe(ended);
  });

  test('begins behind its comments', () => {
    expect(withoutLead(' ;-- why\n/* how */;\ufeffSELECT 1 -- x')).toBe('SELECT 1 -- x');
  });
});
