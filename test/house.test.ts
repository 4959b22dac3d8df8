// The house stays readable: how long files and lines are, and that what is exported says what it does.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    return {
      path: relative(SRC, join(SRC, path)),
      text,
      lines: text.trimEnd().split('\n'),
      source: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
    };
  });

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

  test('every exported function says what it does', () => {
    expect(files.flatMap(undocumented)).toEqual([]);
  });
});
