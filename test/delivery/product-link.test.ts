// Names of products lead to their pages at the source, where the list has these and readers have no page of ours.
import { expect, test } from 'vitest';
import { linkOf } from '../../src/list/link.ts';
import { PRODUCT_RANKING } from '../../src/list/product-ranking.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { writerOf } from '../../src/words/writer.ts';

test('a product of the ranking has a page at TikTok, by its id; a category has none', () => {
  expect(linkOf(PRODUCT_RANKING, {}, '1729383769606034185')).toBe(
    'https://www.tiktok.com/view/product/1729383769606034185',
  );
  expect(linkOf(TOP_PRODUCTS, {}, '601583')).toBeUndefined();
});

test('what stands in an id cannot leave the address, and $ in it means nothing', () => {
  expect(linkOf({ link: 'https://a.example/{id}' }, {}, '"><x $& a/b?c')).toBe(
    'https://a.example/%22%3E%3Cx%20%24%26%20a/b%3Fc',
  );
});

test('an amount of a currency that is not known has two decimals, or none, and no sign', () => {
  const { amount, compactAmount } = writerOf({ timezone: 'UTC' });
  expect([8.5, 41_582, 41_582.5].map(amount)).toEqual(['8.50', '41,582', '41,582.50']);
  expect([8, 8.5, 33_012.4].map(compactAmount)).toEqual(['8', '8.50', '33k']);
});
