import { expect, test } from 'vitest';
import { complete, type Names } from '../../../src/history/sql/complete.ts';

const NAMES: Names = new Map([
  ['history', ['watch', 'rank', 'posts']],
  ['credit_use', ['day', 'credits']],
  ['watches', ['id', 'name']],
]);

const VALUES = new Map([
  ['watch', ['us-daily', 'gb-week']],
  ['product', ['Perfume']],
]);

test.each<[title: string, typed: string, offered: string[], word: string]>([
  ['commands', '.co', ['.columns'], '.co'],
  ['the names of views behind .columns', '.columns cr', ['credit_use'], 'cr'],
  ['saved queries', '@mo', ['@movers'], '@mo'],
  ['how a query begins', 'se', ['SELECT'], 'se'],
  ['tables behind FROM', 'SELECT * FROM h', ['history'], 'h'],
  ['tables behind JOIN, in any case', 'select * from history join W', ['watches'], 'W'],
  ['columns of the tables named', 'SELECT * FROM history WHERE r', ['rank', 'RECURSIVE'], 'r'],
  ['all columns while no table is named', 'SELECT cred', ['credits', 'credit_use'], 'cred'],
  ['keywords', 'SELECT * FROM history GR', ['GROUP BY'], 'GR'],
  [
    'names of watches within quotes behind watch =',
    "SELECT * FROM history WHERE watch = 'us",
    ['us-daily'],
    'us',
  ],
  ['values behind a parameter of a saved query', '@movers -p watch=', ['us-daily', 'gb-week'], ''],
  ['all names within other quotes', "SELECT * FROM history WHERE x = 'P", ['Perfume'], 'P'],
])('Tab offers %s', (_, typed, offered, word) => {
  expect(complete(typed, NAMES, ['movers', 'product'], VALUES)).toEqual([offered, word]);
});
