/**
 * One thing that was looked at. `warn`: works, but somebody should look; `fail`: does not work, or
 * soon will not.
 */
export type Check = { name: string; level: 'ok' | 'warn' | 'fail'; text: string };

/** All is well, and this is what was seen. */
export const ok = (name: string, text: string): Check => ({ name, level: 'ok', text });

/** Somebody should look, and this is why. */
export const warn = (name: string, text: string): Check => ({ name, level: 'warn', text });

/** It does not work, or soon will not, and this is why. */
export const fail = (name: string, text: string): Check => ({ name, level: 'fail', text });

/** Fails with every problem; without one, all is well. */
export const failEach = (name: string, problems: readonly string[], fine: string): Check =>
  problems.length === 0 ? ok(name, fine) : fail(name, problems.join('; '));

/** Warns with every problem; without one, all is well. */
export const warnEach = (name: string, problems: readonly string[], fine: string): Check =>
  problems.length === 0 ? ok(name, fine) : warn(name, problems.join('; '));
