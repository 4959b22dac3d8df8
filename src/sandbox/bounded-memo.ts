/**
 * Remembers the last `limit` results by key, and forgets the one unused for longest. `make` must be
 * pure.
 */
export function boundedMemo<Key, Value extends object>(
  limit: number,
  make: (key: Key) => Value,
): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    // A Map keeps the order of insertion. What is used moves to the end, so what is unused longest
    // comes first.
    known.delete(key);
    known.set(key, value);
    if (known.size > limit) known.delete(known.keys().next().value as Key);
    return value;
  };
}
