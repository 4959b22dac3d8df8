/** How long one pause takes. */
export const PAUSE_MS = 20;

/** A blocking wait of `PAUSE_MS`, since opening a database is synchronous too. */
export const pause = () =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
