// The house stays readable: how long files and lines are, and that what is exported says what it does.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

const read = (folder: 'src' | 'test') =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({
      path: join(folder, path),
      text: readFileSync(join(ROOT, folder, path), 'utf8'),
    }));

const files = read('src').map(({ path, text }) => ({
  path,
  text,
  lines: text.trimEnd().split('\n'),
  source: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
}));

type File = (typeof files)[number];

const at = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * share)] ?? 0;

/** The lines that no template string has a part in: SQL, HTML and texts are wrapped by hand. */
function codeLines({ source, lines }: File): string[] {
  const templates = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      const from = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const to = source.getLineAndCharacterOfPosition(node.end).line;
      for (let line = from; line <= to; line++) templates.add(line);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines.filter((_, line) => !templates.has(line));
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** The names of the functions that a statement exports. Of overloads the first has the words. */
function exportedFunctions(statement: ts.Statement): string[] {
  if (!isExported(statement)) return [];
  if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? 'default'];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations
    .filter(({ initializer }) => initializer !== undefined && ts.isArrowFunction(initializer))
    .map(({ name }) => name.getText());
}

function undocumented({ path, source }: File): string[] {
  const documented = new Set<string>();
  return source.statements.flatMap((statement) => {
    const names = exportedFunctions(statement).filter((name) => !documented.has(name));
    if (ts.getJSDocCommentsAndTags(statement).length === 0)
      return names.map((name) => `${path}: ${name}`);
    for (const name of names) documented.add(name);
    return [];
  });
}

/** The lines that say something: no imports, no comments, and no punctuation alone. */
const meaning = (text: string): string[] =>
  text
    .replace(/^import\b[^;]*;$/gm, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /\w/.test(line) && !/^(\/\/|\/?\*)/.test(line));

/** Where ten lines stand that stand somewhere else already. */
function repeated(texts: readonly { path: string; text: string }[]): string[] {
  const known = new Map<string, string>();
  return texts.flatMap(({ path, text }) => {
    const lines = meaning(text);
    return lines.flatMap((line, from) => {
      const run = lines.slice(from, from + 10);
      const key = run.join('\n');
      const first = known.get(key);
      if (run.length === 10 && first === undefined) known.set(key, `${path}: ${line}`);
      return first === undefined ? [] : [`${path}: ${line} ~ ${first}`];
    });
  });
}

describe('the house', () => {
  test('half of its files have less than 100 lines, and none has more than 400', () => {
    expect(
      at(
        files.map(({ lines }) => lines.length),
        0.5,
      ),
    ).toBeLessThan(100);
    expect(files.filter(({ lines }) => lines.length > 400).map(({ path }) => path)).toEqual([]);
  });

  test('99 of 100 lines outside templates are of at most 100 columns', () => {
    const widths = files.flatMap(codeLines).map((line) => line.length);
    expect(at(widths, 0.99)).toBeLessThanOrEqual(100);
  });

  test('of all lines, SQL and HTML too, 1 of 100 is over 120 columns and 17 of 10,000 over 160', () => {
    const widths = files.flatMap(({ lines }) => lines.map((line) => line.length));
    const over = (columns: number) => widths.filter((width) => width > columns);
    expect(over(120).length / widths.length).toBeLessThanOrEqual(0.01);
    expect(over(160).length / widths.length).toBeLessThanOrEqual(0.0017);
  });

  test('no ten lines stand in two places, in tests neither', () => {
    expect(repeated([...read('src'), ...read('test')])).toEqual([]);
  });

  test('every exported function says what it does', () => {
    expect(files.flatMap(undocumented)).toEqual([]);
  });
});
