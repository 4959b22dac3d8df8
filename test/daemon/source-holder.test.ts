import { expect, test } from 'vitest';
import { holdSource, type PassSource } from '../../src/daemon/source-holder.ts';
import type { FetchedList, Ledger } from '../../src/model.ts';
import { fetchedList, makeWatch } from '../support/world.ts';

const { signal } = new AbortController();
const ledger: Ledger = { begin: () => 'refused', end: () => {} };

function makeSource() {
  let release = (_: FetchedList) => {};
  const source = {
    asked: 0,
    closed: 0,
    end: () => release(fetchedList([])),
    fetchList: () => {
      source.asked += 1;
      return new Promise<FetchedList>((resolve) => (release = resolve));
    },
    close: async () => void (source.closed += 1),
  };
  return source satisfies PassSource;
}

test('a source that is replaced is closed at once when no pass uses it', async () => {
  const sources = Array.from({ length: 50 }, makeSource);
  const [first = makeSource(), ...others] = sources;
  const holder = holdSource(first);
  for (const other of others) holder.replace(other);
  expect(sources.map(({ closed }) => closed)).toEqual([...others.map(() => 1), 0]);
  await holder.close();
  expect(sources.every(({ closed }) => closed === 1)).toBe(true);
});

test('a pass under way keeps its source, which is closed when it has ended', async () => {
  const [before, after] = [makeSource(), makeSource()];
  const holder = holdSource(before);
  const pass = holder.fetchList(makeWatch(), ledger, signal);
  holder.replace(after);
  expect([before.asked, after.asked, before.closed]).toEqual([1, 0, 0]);
  before.end();
  await pass;
  expect(before.closed).toBe(1);
  const next = holder.fetchList(makeWatch(), ledger, signal);
  expect([before.asked, after.asked]).toEqual([1, 1]);
  after.end();
  await next;
  await holder.close();
  expect([before.closed, after.closed]).toEqual([1, 1]);
});
