// Who is told that a copy of a database is read in place of the file: see connect-to-read.ts.

/** The file that was copied, and the size of the copy. */
export type ReadCopy = { path: string; bytes: number };

let tell: (copy: ReadCopy) => void = () => {};
const told = new Set<string>();

/** Sets who is told, for the whole process. Each file is told of once. */
export function onReadCopy(listener: (copy: ReadCopy) => void): void {
  tell = listener;
  told.clear();
}

/** Says that a copy is read, if it was not said of this file before. */
export function noteReadCopy(copy: ReadCopy): void {
  if (told.has(copy.path)) return;
  told.add(copy.path);
  tell(copy);
}
