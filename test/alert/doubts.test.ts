import { describe, expect, test } from 'vitest';
import { doubtsOf } from '../../src/alert/doubts.ts';
import { makeWatch } from '../support/world.ts';
import { cookbookRules } from './cookbook.ts';
import { CONDITIONS } from './oracle-conditions.ts';

const scope = { watches: [makeWatch(), makeWatch({ name: 'gb', region: 'GB', depth: 200 })] };

describe('what an expression cannot mean is said', () => {
  test.each<[sql: string, doubt: string]>([
    ['1', 'names no column, so that it is the same for every product'],
    ["'rank' = 'rank'", 'names no column, so that it is the same for every product'],
    [
      'likes / impressions >= 0.005',
      'likes / impressions divides two counts, and drops the fraction: write likes * 1.0 / impressions',
    ],
    ['(likes + shares) / posts > 1', 'divides two counts'],
    ['rank = null', 'rank = null is unknown, whatever the value: write IS NULL or IS NOT NULL'],
    ['posts <> NULL and rank <= 3', 'posts <> NULL is unknown, whatever the value'],
    ["status not in ('new', null)", 'NULL in the list of status not in'],
    ["status = 'gone'", "status = 'gone' is never true: status is new, returned, stayed or left"],
    ["status in ('new', 'back')", "status is never 'back': it is new, returned, stayed or left"],
    ["region = 'DE'", "region = 'DE' is never true: region is US or GB"],
    ['rank <= 0', 'rank <= 0 is never true: rank is a whole number from 1 to 500'],
    ['rank > 500', 'rank > 500 is never true'],
    ['2.5 = rank', '2.5 = rank is never true'],
    ['ctr > 100', 'ctr > 100 is never true: ctr is a number from 0 to 100'],
    ["rank <= 'ten' and rank = 'ten'", "rank = 'ten' is never true"],
    ['rank <= 3 and rank > 5', 'can be true of no product'],
    ["status = 'left' and rank <= 10", 'can be true of no product'],
    ["status = 'new' and rank_before <= 10", 'can be true of no product'],
    ['rank_gain > 0 and rank > rank_before', 'can be true of no product'],
    ['rank >= 1', 'is true of every product'],
    ['posts >= 0 or posts is null', 'is true of every product'],
  ])('%s', (sql, doubt) => {
    expect(doubtsOf(sql, scope).join('; ')).toContain(doubt);
  });
});

describe('what may be meant is not doubted', () => {
  test.each([
    ...Object.keys(CONDITIONS),
    ...cookbookRules().flatMap(({ when, clear }) => (clear === null ? [when] : [when, clear])),
    'rank_gain = 137 and rank = 3',
    "product like '%perfume%' and product not like '%oil%'",
    "product_id in ('601583', '601584') and rank > 100",
    'posts / 1000 >= 5',
    'posts * 1.0 / impressions > 0.01',
    'cost / posts > 3',
    "rank_gain >= '20'",
    "category_l1 = 'Home' collate nocase and status = 'returned'",
    'case when rank <= 10 then rank_gain >= 3 else rank_gain >= 30 end',
    'max(rank, rank_before) <= 20',
    '(rank, rank_gain) > (10, 20)',
    "region = 'GB' and rank <= 100",
    'cost_pct <= -33.3 and cost_before between 1000 and 2000',
    'ctr_delta = 0.1',
  ])('%s', (sql) => {
    expect(doubtsOf(sql, scope)).toEqual([]);
  });
});
