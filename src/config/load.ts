// The one way into the configuration: file → YAML with places → environment and secret files →
// checks → Config. All problems are gathered before anything is said.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../lib/errors.ts';
import { decodeStrictly } from '../lib/strict-text.ts';
import { plural } from '../lib/text.ts';
import { buildConfig } from './build.ts';
import { withCategoryNames, type ReadCategories } from './category-names.ts';
import type { Config } from './config.ts';
import { crossCheck, type CheckExpression } from './cross-check.ts';
import { configPlaces } from './find-config.ts';
import {
  formatKey,
  formatPath,
  formatProblem,
  formatValue,
  isDeclaration,
  looksSecret,
  type ConfigWarning,
  type LocatedProblem,
  type Path,
  type Problem,
} from './problem.ts';
import { isMapping, valueAt } from './raw.ts';
import { readSecretFiles, type ReadFile } from './secret-files.ts';
import { isSecretKey, leadsToSecret, spareSecrets } from './secret-keys.ts';
import { checkShape } from './shape.ts';
import { valuesFromOutside } from './sources/declared/lists.ts';
import { findWarnings, type DoubtExpression } from './warnings.ts';
import { checkDefaults, withWatchDefaults, writtenAt } from './watch-defaults.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

export type LoadOptions = {
  /** As given by `--config`; otherwise it is looked for: find-config.ts. */
  path?: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
  readFile?: ReadFile;
  /**
   * `spared`: the command uses no secrets. Then they are neither read nor asked for, the Config
   * holds stand-ins, and there are no warnings.
   */
  secrets?: 'needed' | 'spared';
  /** Checks `when` and `clear` of rules; without it they must only not be empty. */
  checkExpression?: CheckExpression;
  /** The tree of categories that a database keeps, by its path; without it there is none. */
  readCategories?: ReadCategories;
  /** Warns of what `when` and `clear` probably do not mean. */
  doubtExpression?: DoubtExpression;
};

export type LoadedConfig = { config: Config; warnings: ConfigWarning[] };

/** Why there is no configuration, every reason at once, in the order of the file. */
export type InvalidConfig = { path: string; problems: LocatedProblem[]; hint: string };

/**
 * The configuration, deeply frozen and with every default; throws `config_invalid` with all
 * problems, one a line.
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const read = readConfig(options);
  if ('config' in read) return read;
  throw new AppError('config_invalid', invalidText(read), { hint: read.hint });
}

/** All problems as text, one a line. */
export const invalidText = ({ path, problems }: InvalidConfig): string =>
  [`${path} has ${plural(problems.length, 'problem')}:`, ...problems.map(formatProblem)].join('\n');

/** The same, with the problems as a value. */
export function readConfig({
  path,
  env,
  cwd,
  readFile = readBytes,
  secrets = 'needed',
  checkExpression = () => null,
  doubtExpression = () => [],
  readCategories = () => null,
}: LoadOptions): LoadedConfig | InvalidConfig {
  const places = configPlaces(path, env, cwd);
  const found = readFirst(places, readFile);
  const absolute = found.path;
  const folder = dirname(absolute);
  const wholeFile = (problem: string, got = 'nothing'): InvalidConfig => ({
    path: absolute,
    problems: [{ line: 1, column: 1, path: '(file)', problem, got, below: [] }],
    hint: missingHint(places),
  });
  if ('code' in found) {
    return wholeFile(
      found.code === 'ENOENT'
        ? 'does not exist'
        : `cannot be read (${found.code ?? 'unknown error'})`,
    );
  }
  const content = decodeStrictly(found.content);
  if ('problem' in content)
    return {
      ...wholeFile(content.problem, 'a file that cannot be read as text'),
      hint: 'An editor can save it again as UTF-8.',
    };
  const yaml = readYaml(content.text, env);
  const invalid = (problems: LocatedProblem[]): InvalidConfig => ({
    path: absolute,
    problems: problems.sort((a, b) => a.line - b.line || a.column - b.column),
    hint: 'Correct the file and run `tidemark check`; `tidemark schema` lets an editor check it while you type.',
  });
  if (yaml.syntaxProblems.length > 0)
    return invalid(
      yaml.syntaxProblems.map(({ place, text: problem }) => ({
        ...place,
        path: '(file)',
        problem,
        got: 'no valid YAML',
        below: [],
      })),
    );
  if (yaml.value === null) return wholeFile('is empty');
  // It may be no configuration at all but the file of a token, so its text is not repeated.
  if (!isMapping(yaml.value))
    return wholeFile(
      'must be a mapping of keys',
      Array.isArray(yaml.value) ? 'a list' : 'a single value',
    );

  const isSpared = secrets === 'spared';
  const written = isSpared ? spareSecrets(yaml.value) : yaml.value;
  const named = withCategoryNames(withWatchDefaults(written), (database) =>
    readCategories(resolve(folder, database)),
  );
  const { value } = named;
  const yamlProblems = isSpared
    ? yaml.problems.filter(({ path: at, isAboutKey }) => isAboutKey === true || !leadsToSecret(at))
    : yaml.problems;
  const shape = checkShape(value);
  const secretFiles = readSecretFiles(value, folder, readFile);
  const where = (at: Path) => writtenAt(written, at);
  const problems = firstPerPlace(
    [
      ...yamlProblems,
      ...named.problems,
      ...valuesFromOutside(value, (at) => yaml.isFromEnvironment(at)),
      ...shape.problems,
      ...secretFiles.problems,
      ...checkDefaults(value),
      ...crossCheck(value, checkExpression),
    ].map((problem) => ({ ...problem, path: where(problem.path) })),
  );
  if (problems.length > 0 || shape.file === null)
    return invalid(problems.map((problem) => locate(problem, yaml)));

  const config = buildConfig(absolute, value, shape.file, secretFiles.files);
  if (isSpared) return { config, warnings: [] };
  const doubts = findWarnings(config, doubtExpression).map((one) => ({
    ...one,
    path: where(one.path),
  }));
  const warnings = doubts.map(({ path: at, text: warning }) => ({
    ...yaml.placeOf(at, 'value'),
    path: formatPath(at),
    // A value that came from the environment is not repeated.
    text: yaml.isFromEnvironment(at) ? 'is probably not meant so' : warning,
  }));
  return { config, warnings: warnings.sort((a, b) => a.line - b.line || a.column - b.column) };
}

const readBytes = (path: string): Uint8Array => readFileSync(path);

type Found =
  { path: string; content: Uint8Array | string } | { path: string; code: string | undefined };

/**
 * The first file that exists; if none does, the first place. A file that exists but cannot be read
 * is not passed over.
 */
function readFirst([first, ...others]: readonly [string, ...string[]], readFile: ReadFile): Found {
  const read = (path: string): Found => {
    try {
      return { path, content: readFile(path) };
    } catch (thrown) {
      return { path, code: (thrown as NodeJS.ErrnoException).code };
    }
  };
  const found = read(first);
  const isThere = (one: Found) => 'content' in one || one.code !== 'ENOENT';
  if (isThere(found)) return found;
  for (const path of others) {
    const other = read(path);
    if (isThere(other)) return other;
  }
  return found;
}

function missingHint([, ...others]: readonly [string, ...string[]]): string {
  const looked = others.length === 0 ? '' : ` (also looked for: ${others.join(', ')})`;
  return `Write one with \`tidemark init\`, or name yours with --config PATH or TIDEMARK_CONFIG${looked}.`;
}

/**
 * Only the first problem of each place: a value that is wrong in one way, such as a variable that
 * is not set, is often wrong in others that follow from it.
 */
function firstPerPlace(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify([problem.path, problem.isAboutKey === true]);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

function locate(problem: Problem, yaml: YamlFile): LocatedProblem {
  const { path, text, detail, suggestion, isAboutKey = false } = problem;
  const value = valueAt(yaml.value, path);
  const isHidden = !isAboutKey && isSecret(path, value, yaml);
  const shownValue = isHidden ? '<secret>' : formatValue(value);
  const shown = isAboutKey ? formatKey(path) : shownValue;
  const [first = text, ...below] = detail === undefined || isHidden ? [text] : detail.split('\n');
  return {
    ...yaml.placeOf(path, isAboutKey ? 'key' : 'value'),
    path: formatPath(path),
    problem:
      suggestion === undefined || isHidden
        ? first
        : `${first}; did you mean ${JSON.stringify(suggestion)}?`,
    got: problem.got ?? shown,
    below,
  };
}

/**
 * Is a value not to be shown? Secrets by their key, whatever came from the environment, and what
 * looks like a secret in the wrong place.
 */
function isSecret(path: Path, value: unknown, yaml: YamlFile): boolean {
  if (value === undefined || value === null) return false;
  if (isSecretKey(path) || yaml.isFromEnvironment(path)) return true;
  if (typeof value !== 'string') return false;
  const isOfSource = ['source', 'sources'].includes(String(path[0]));
  if (isOfSource && path.at(-1) === 'base_url') return /[@?]/.test(value);
  if (isDeclaration(path)) return /@|whsec_|\bsk_/.test(value);
  return looksSecret(value);
}
