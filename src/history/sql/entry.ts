import { builtEntry } from '../../lib/bundle-entry.ts';

let given: string | undefined;

/**
 * Path of the program that query-process.ts is: in the bundle, or bundled just now where the
 * sources run.
 */
export const queryEntry = (): Promise<string> =>
  given === undefined ? builtEntry('history/sql/query-process.ts') : Promise.resolve(given);

/** Sets the path, on a thread that was bundled itself and so cannot find the sources. */
export function useQueryEntry(path: string): void {
  given = path;
}
