// What must not run beside each other in one daemon.

/**
 * Runs what it is given one after the other, in the order in which it was asked. What fails fails
 * for itself alone.
 */
export function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}
