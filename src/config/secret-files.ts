import { resolve } from 'node:path';
import { decodeStrictly } from '../lib/strict-text.ts';
import type { Path, Problem } from './problem.ts';
import { valueAt } from './raw.ts';
import { secretSections } from './secret-keys.ts';

export type ReadFile = (path: string) => Uint8Array | string;

/** Contents by the path of the key that the file stands in for, such as `source.token`. */
export type SecretFiles = ReadonlyMap<string, string>;

/** What the file that stands in for the key at `path` holds; undefined when there is none. */
export const contentFor = (files: SecretFiles, ...path: Path): string | undefined =>
  files.get(JSON.stringify(path));

/**
 * Reads what `token_file`, `password_file`, `url_file` and `secret_file` name, relative to the
 * config file's folder, without the newlines at the end. Of a value and its file exactly one may be
 * given.
 */
export function readSecretFiles(
  raw: unknown,
  folder: string,
  readFile: ReadFile,
): { files: SecretFiles; problems: Problem[] } {
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { section, key, checkFile, isRequired } of secretKeysOf(raw)) {
    const fileKey = `${key}_file`;
    const file = valueAt(raw, [...section, fileKey]) ?? undefined;
    const value = valueAt(raw, [...section, key]) ?? undefined;
    if (file === undefined) {
      if (isRequired && value === undefined)
        problems.push({ path: [...section, key], text: `is required: give ${key} or ${fileKey}` });
      continue;
    }
    if (value !== undefined)
      problems.push({
        path: [...section, fileKey],
        text: `cannot be given together with ${key}; keep one`,
      });
    if (typeof file !== 'string' || file.trim() === '') continue;
    const content = contentOf(resolve(folder, file), readFile);
    const problem =
      'problem' in content ? content.problem : problemOfContent(content.text, checkFile);
    if (problem !== null) problems.push({ path: [...section, fileKey], text: problem });
    else if ('text' in content) files.set(JSON.stringify([...section, key]), content.text);
  }
  return { files, problems };
}

function problemOfContent(text: string, check: (text: string) => string | null): string | null {
  if (text === '') return 'names a file that is empty';
  const problem = check(text);
  return problem === null ? null : `names a file whose content ${problem}`;
}

function contentOf(path: string, readFile: ReadFile): { text: string } | { problem: string } {
  try {
    const content = decodeStrictly(readFile(path));
    return 'problem' in content
      ? { problem: `names a file that ${content.problem}` }
      : { text: content.text.replace(/[\r\n]+$/, '') };
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    return {
      problem:
        code === 'ENOENT'
          ? 'names a file that does not exist'
          : `names a file that cannot be read (${code ?? 'unknown error'})`,
    };
  }
}

/** The secrets of the file that may stand in files of their own. */
const secretKeysOf = (raw: unknown) =>
  secretSections(raw).flatMap(({ path, secrets }) =>
    secrets.flatMap(([key, { checkFile, isRequired }]) =>
      checkFile === null ? [] : [{ section: path, key, checkFile, isRequired }],
    ),
  );
