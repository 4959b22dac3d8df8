// The temporary table of change rows: it has the columns that rules have named so far, and no others.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { fillChangeRows, productsWhere } from '../../src/store/reading/change-rows.ts';
import { dayAt, fetchedList, makeWorld, type World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = makeWorld();
  await world.pass(dayAt(0), fetchedList([{ id: 'a', posts: 100 }, { id: 'b', posts: 7 }, 'c']));
  await world.pass(dayAt(1), fetchedList([{ id: 'b', posts: 50 }, { id: 'a', posts: 60 }, 'd']));
});
afterEach(() => world.close());

const fill = (...named: string[]) => fillChangeRows(world.db, TOP_PRODUCTS, 2, 1, new Set(named));

const columns = (): string[] =>
  world.db.raw
    .prepare<[], string>("SELECT name FROM pragma_table_info('change_rows', 'temp')")
    .pluck()
    .all();

const found = (when: string): string[] =>
  productsWhere(world.db, { when, clear: null }).map(([id, place]) => {
    const name = world.db.raw.prepare('SELECT upstream_id FROM products WHERE id = ?').pluck();
    return `${name.get(id) as string} ${place}`;
  });

test('it has the columns that are asked for, and those that were asked for before', () => {
  fill('rank_gain', 'posts_pct');
  expect(columns()).toEqual(['product_key', 'place', 'rank_gain', 'posts_pct']);
  expect(found('rank_gain > 0')).toEqual(['b 0']);
  fill('rank');
  expect(columns()).toEqual(['product_key', 'place', 'rank', 'rank_gain', 'posts_pct']);
  expect(found('rank >= 2')).toEqual(['a 0', 'd 0']);
  fill('posts_pct');
  expect(columns()).toEqual(['product_key', 'place', 'rank', 'rank_gain', 'posts_pct']);
  expect(found('posts_pct > 600')).toEqual(['b 0']);
  // What is not asked for now is not filled either.
  expect(found('rank is not null')).toEqual([]);
});

test('a table of a transaction that was undone is made again', () => {
  fill('rank');
  expect(() =>
    world.db.transaction(() => {
      fill('rank', 'posts');
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(columns()).not.toContain('posts');
  fill('posts', 'rank');
  expect(found('posts > 55 and rank = 2')).toEqual(['a 0']);
});

test('what is of the products themselves is there where they are asked for, and those that left are', () => {
  fill('product_id');
  expect(found("product_id = 'b'")).toEqual(['b 0']);
  fill('status', 'category_l1');
  expect(found("status = 'left'")).toEqual(['c 1']);
});
