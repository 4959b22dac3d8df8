import type { FetchList } from '../pipeline.ts';

/** What a pass needs of a source. */
export type PassSource = { fetchList: FetchList; close(): Promise<void> };

/** The source of a daemon whose config may be read again: see `holdSource`. */
export type SourceHolder = PassSource & {
  /** Gives passes another source from now on. */
  replace(next: PassSource): void;
};

/**
 * A pass uses the source that is there when it begins, to its end. A source that was replaced is
 * closed as soon as no pass uses it, so that a reload leaves nothing open.
 */
export function holdSource(first: PassSource): SourceHolder {
  let current = { source: first, users: 0 };
  const closing = new Set<Promise<void>>();
  const close = (source: PassSource): void => {
    const closed = source.close().finally(() => closing.delete(closed));
    closing.add(closed);
  };
  return {
    fetchList: async (query, ledger, signal) => {
      const mine = current;
      mine.users += 1;
      try {
        return await mine.source.fetchList(query, ledger, signal);
      } finally {
        mine.users -= 1;
        if (mine !== current && mine.users === 0) close(mine.source);
      }
    },
    replace: (next) => {
      const before = current;
      current = { source: next, users: 0 };
      if (before.users === 0) close(before.source);
    },
    close: async () => {
      close(current.source);
      await Promise.all(closing);
    },
  };
}
