import { resolve } from 'node:path';
import {
  filledProblem,
  httpUrlProblem,
  tokenProblem,
  webhookSecretProblem,
  type Check,
} from './formats.ts';
import type { Path, Problem } from './problem.ts';
import { decodeStrictly } from '../lib/strict-text.ts';
import { isMapping, thingsOf, valueAt } from './raw.ts';

/** A secret that may stand in the file, or in a file of its own that `key_file` names. */
type SecretKey = { section: Path; key: string; check: Check; isRequired: boolean };

export type ReadFile = (path: string) => Uint8Array | string;

/** Contents by the path of the key that the file stands in for, such as `source.token`. */
export type SecretFiles = ReadonlyMap<string, string>;

export const contentFor = (files: SecretFiles, ...path: Path): string | undefined =>
  files.get(JSON.stringify(path));

function secretKeysOf(raw: unknown): SecretKey[] {
  const keys: SecretKey[] = [
    { section: ['source'], key: 'token', check: tokenProblem, isRequired: true },
  ];
  if (isMapping(valueAt(raw, ['smtp'])))
    keys.push({
      section: ['smtp'],
      key: 'password',
      check: oneLine(filledProblem),
      isRequired: false,
    });
  for (const { path, thing } of thingsOf(raw, 'channels')) {
    if (thing.type !== 'webhook') continue;
    keys.push(
      { section: path, key: 'url', check: httpUrlProblem, isRequired: true },
      { section: path, key: 'secret', check: everyLine(webhookSecretProblem), isRequired: false },
    );
  }
  return keys;
}

/** Several secrets stand on a line each. */
export const linesOf = (content: string): string[] => content.split(/\r?\n/);
/** A second line would be part of the password, and is never meant to be. */
const oneLine =
  (check: Check): Check =>
  (content) =>
    /[\r\n\t]/.test(content) ? 'must be one line without tabs' : check(content);
const everyLine =
  (check: Check): Check =>
  (content) =>
    linesOf(content)
      .map(check)
      .find((problem) => problem !== null) ?? null;

/**
 * Reads what `token_file`, `password_file`, `url_file` and `secret_file` name, relative to the config file's folder,
 * without the newlines at the end. Of a value and its file exactly one may be given.
 */
export function readSecretFiles(
  raw: unknown,
  folder: string,
  readFile: ReadFile,
): { files: SecretFiles; problems: Problem[] } {
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { section, key, check, isRequired } of secretKeysOf(raw)) {
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
      'problem' in content
        ? content.problem
        : content.text === ''
          ? 'names a file that is empty'
          : describe(check(content.text));
    if (problem !== null) problems.push({ path: [...section, fileKey], text: problem });
    else if ('text' in content) files.set(JSON.stringify([...section, key]), content.text);
  }
  return { files, problems };
}

const describe = (problem: string | null): string | null =>
  problem === null ? null : `names a file whose content ${problem}`;

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
