import { describe, expect, it } from 'vitest';
import { readCatalogue, slugOf } from '../../src/sandbox/catalogue.ts';

const leaves = readCatalogue();

describe('the catalogue', () => {
  it('has about 1,500 leaves under about 200 second-level and 28 first-level categories', () => {
    expect(leaves.length).toBeGreaterThan(1_400);
    expect(leaves.length).toBeLessThan(1_600);
    expect(new Set(leaves.map(({ second }) => second.id)).size).toBe(209);
    expect(new Set(leaves.map(({ first }) => first.id)).size).toBe(28);
  });

  it('gives every category of every level an id of its own, as text', () => {
    const thirds = leaves.map(({ third }) => third.id);
    const all = [
      ...thirds,
      ...new Set(leaves.map(({ second }) => second.id)),
      ...new Set(leaves.map(({ first }) => first.id)),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((id) => /^\d{7}$/.test(id))).toBe(true);
  });

  it('links each level to its parent and labels it with its id', () => {
    for (const { first, second, third } of leaves) {
      expect(first).not.toHaveProperty('parent_id');
      expect([second.parent_id, third.parent_id]).toEqual([first.id, second.id]);
      expect([first.label, third.label]).toEqual([`category_${first.id}`, `category_${third.id}`]);
    }
  });

  it('shares some names between leaves of different parents, and their slugs with them', () => {
    const giftSets = leaves.filter(({ third }) => third.value === 'Gift Sets');
    expect(giftSets.length).toBeGreaterThan(2);
    expect(new Set(giftSets.map(({ second }) => second.id)).size).toBe(giftSets.length);
    expect(new Set(giftSets.map(({ slug }) => slug))).toEqual(new Set(['Gift-Sets']));
    expect(leaves.length - new Set(leaves.map(({ third }) => third.value)).size).toBeGreaterThan(
      25,
    );
  });

  it('never repeats a name under one parent, and leaves no name empty or untrimmed', () => {
    expect(new Set(leaves.map(({ second, third }) => `${second.id}/${third.value}`)).size).toBe(
      leaves.length,
    );
    const names = leaves.flatMap(({ first, second, third }) => [
      first.value,
      second.value,
      third.value,
    ]);
    expect(names.filter((name) => name === '' || name !== name.trim())).toEqual([]);
  });
});

describe('slugOf', () => {
  it.each([
    ['T-Shirts', 'T-Shirts'],
    ['Sweets & Syrups', 'Sweets-Syrups'],
    ["Kids' SPF", 'Kids-SPF'],
    ['Macramé Cords', 'Macramé-Cords'],
  ])('writes %s as %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
