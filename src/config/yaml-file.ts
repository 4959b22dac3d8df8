// The file as YAML, with the place of every value, so that all that is said about a value later
// says where it stands.
import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Alias,
  type Document,
  type ErrorCode,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml';
import { carryPlaceholders, fillPlaceholders, restorePlaceholders } from './placeholders.ts';
import type { Path, Problem } from './problem.ts';

export type Place = { line: number; column: number };

export type YamlFile = {
  /** Plain mappings, lists and scalars; null when the file says nothing. */
  value: unknown;
  problems: Problem[];
  /** Mistakes in the syntax: with any of these, `value` is not what was meant. */
  syntaxProblems: { place: Place; text: string }[];
  /**
   * The place of a scalar, or of the key of anything else. For what is missing, the place of the
   * nearest thing around it.
   */
  placeOf(path: Path, of: 'key' | 'value'): Place;
  /** Did this value come from the environment? Such values are never printed. */
  isFromEnvironment(path: Path): boolean;
};

/** Our own words: the parser's messages repeat parts of the text, which may be a secret. */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'is not a usable *alias; put quotes around text that starts with *',
  BAD_DQ_ESCAPE: 'has an unknown \\ escape in double quotes; write \\\\ or use single quotes',
  BAD_INDENT: 'is indented differently from its neighbours, or a bracket is not closed',
  BAD_SCALAR_START: 'starts with a reserved character (@ or `); put the text in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'has a second ": " on one line; put the text in quotes, or check the indentation',
  MISSING_CHAR: 'misses a closing quote, bracket or a ":"',
  MULTILINE_IMPLICIT_KEY: 'has a key that runs over several lines; is a ":" missing?',
  MULTIPLE_DOCS: 'has a second document after ---; one file holds one configuration',
  NON_STRING_KEY: 'has a key that is not plain text',
  TAB_AS_INDENT: 'uses a tab for indentation; YAML wants spaces',
  TAG_RESOLVE_FAILED: 'has a !tag; tags are not used here',
};

/**
 * Parses the text and fills in the environment. It throws nothing: what is wrong is in `problems`,
 * with its place.
 */
export function readYaml(text: string, env: NodeJS.ProcessEnv): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(carryPlaceholders(text), {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };

  const { problems, fromEnvironment, brokenAliases } = fill(document, env, placeAt);
  const errors = [...document.errors, ...document.warnings].map((error) => ({
    code: error.code,
    offset: error.pos[0],
  }));
  errors.push(
    ...brokenAliases.map((alias) => ({ code: 'BAD_ALIAS' as const, offset: startOf(alias) })),
  );
  const syntaxProblems: YamlFile['syntaxProblems'] = [];
  for (const { code, offset } of errors) {
    const place = placeAt(offset);
    // One mistake makes the parser report several problems on the same line: the first is
    // enough.
    if (syntaxProblems.some((earlier) => earlier.place.line === place.line)) continue;
    syntaxProblems.push({
      place,
      text: SYNTAX[code] ?? 'cannot be read; is a quote or a bracket missing before it?',
    });
  }

  return {
    value: syntaxProblems.length > 0 ? null : document.toJS({ maxAliasCount: -1 }),
    problems,
    syntaxProblems,
    placeOf: (path, of) => placeAt(offsetOf(document, path, of)),
    isFromEnvironment: (path) => {
      const node = nodeAt(document, path);
      return isScalar(node) && fromEnvironment.has(node);
    },
  };
}

/** Puts environment values into scalars, in place, and finds keys that are written twice. */
function fill(document: Document, env: NodeJS.ProcessEnv, placeAt: (offset: number) => Place) {
  const problems: Problem[] = [];
  const fromEnvironment = new Set<Scalar>();
  const brokenAliases: Alias[] = [];

  const walk = (node: unknown, path: Path): void => {
    if (isSeq(node)) node.items.forEach((item, i) => walk(item, [...path, i]));
    else if (isMap(node)) {
      const seen = new Map<string, Pair>();
      for (const pair of node.items) {
        const key = keyOf(pair);
        const first = seen.get(key);
        if (first)
          problems.push({
            path: [...path, key],
            text: `is written twice, first on line ${placeAt(startOf(first.key)).line}`,
            isAboutKey: true,
          });
        else if (key === '<<')
          problems.push({
            path: [...path, key],
            text: 'is not read; what many watches share goes into watch_defaults',
            isAboutKey: true,
          });
        else if (key === '__proto__')
          problems.push({
            path: [...path, key],
            text: 'cannot be used as a key',
            isAboutKey: true,
          });
        seen.set(key, pair);
        if (isScalar(pair.key)) pair.key.value = key;
        walk(pair.value, [...path, key]);
      }
    } else if (isAlias(node)) {
      if (!node.resolve(document)) brokenAliases.push(node);
    } else if (isScalar(node) && isRespelled(node)) {
      node.value = node.source;
    } else if (isScalar(node) && typeof node.value === 'string') {
      const filled = fillPlaceholders(node.value, env);
      node.value = filled.text;
      if (filled.isFilled) fromEnvironment.add(node);
      if (filled.problem) problems.push({ path, ...filled.problem });
    }
  };
  walk(document.contents, []);
  return { problems, fromEnvironment, brokenAliases };
}

/**
 * A number that would print differently from how it was written: `0601583` (an id with its zero),
 * `0x1F`. No setting is written like that, but ids and words are, so it is kept as the text it was.
 */
const isRespelled = (node: Scalar): node is Scalar & { source: string } =>
  typeof node.value === 'number' && /^[-+]?0[\dxo]/i.test(node.source ?? '');

const keyOf = (pair: Pair): string =>
  restorePlaceholders(isScalar(pair.key) ? String(pair.key.value) : '');
const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

/**
 * The LAST pair of a key: `toJS` uses that one of a repeated key, so the place must be that of the
 * value that was checked.
 */
const pairAt = (node: unknown, part: string | number): Pair | undefined =>
  isMap(node) ? node.items.findLast((pair) => keyOf(pair) === String(part)) : undefined;

function nodeAt(document: Document, path: Path): unknown {
  let node: unknown = document.contents;
  for (const part of path) {
    node = isSeq(node) && typeof part === 'number' ? node.items[part] : pairAt(node, part)?.value;
    if (isAlias(node)) node = node.resolve(document);
  }
  return node;
}

function offsetOf(document: Document, path: Path, of: 'key' | 'value'): number {
  if (path.length === 0) return startOf(document.contents);
  const parent = path.slice(0, -1);
  const last = path.at(-1) ?? '';
  const pair = pairAt(nodeAt(document, parent), last);
  const item = typeof last === 'number' ? nodeAt(document, path) : undefined;
  const node = pair ? pair.value : item;
  // A mapping or list is best found by its key, and `key:` with nothing behind it has no place
  // of its own. For a missing key it is the place of the key above.
  if (
    of === 'value' &&
    isNode(node) &&
    (!pair || (isScalar(node) && !isEmpty(node)) || isAlias(node))
  )
    return startOf(node);
  if (pair) return startOf(pair.key);
  return offsetOf(document, parent, 'key');
}

const isNode = (node: unknown): boolean => node !== undefined && node !== null;
const isEmpty = (node: unknown): boolean =>
  isScalar(node) && node.value === null && node.source === '';
