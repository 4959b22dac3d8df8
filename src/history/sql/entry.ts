import { builtEntry } from '../../lib/bundle-entry.ts';

let given: string | undefined;

/**
 * Path of the program that query-process.ts is: in the bundle, or bundled just now where the
 * sources run.
 */
export const queryEntry = (): Promise<string> =>
  given === undefined ? builtEntry('history/sql/query-process.ts') : Promise.resolve(given);

/** Says where it is, on a thread that was bundled itself and cannot find the sources. */
export function useQueryEntry(path: string): void {
  given = path;
}
