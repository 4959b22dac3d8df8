// Reads the sources for instants that are kept in memory beyond a call.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** How this project names instants and points of the monotonic clock. */
const NAMED = /(At|Ms|Day|midnight)$/;
const MENTIONED = /\bInstant\b|\b\w*(At|Ms|midnight)\??:/;
const FILLED = /^(set|add|push)$/;

type Declared = { name: string; within: ts.Node; text: string };

/**
 * `file name` of each variable that is assigned to, or filled, by another function than the one that declares it, and
 * `file .field` of each field of an object, where it is named as a point in time or its type has one.
 */
export const keptInstants = (root: string, isLeftOut: (path: string) => boolean): string[] =>
  listFiles(root)
    .map((path) => ({ path, file: relative(root, path) }))
    .filter(({ file }) => !isLeftOut(file))
    .flatMap(({ path, file }) =>
      [...keptIn(readFileSync(path, 'utf8'))].map((name) => `${file} ${name}`),
    )
    .sort();

/** The same of one source. */
export function keptIn(text: string): Set<string> {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const types = new Map(
    source.statements
      .filter(ts.isTypeAliasDeclaration)
      .map(({ name, type }) => [name.text, type.getText()]),
  );
  const declared: Declared[] = [];
  walk(source, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return;
    const text = `${node.type?.getText() ?? ''} ${node.initializer?.getText() ?? ''}`;
    declared.push({ name: node.name.text, within: functionOf(node), text });
  });
  const findDeclared = (node: ts.Identifier): Declared | undefined => {
    for (let within: ts.Node = functionOf(node); ; within = functionOf(within)) {
      const found = declared.find((one) => one.name === node.text && one.within === within);
      if (found !== undefined || ts.isSourceFile(within)) return found;
    }
  };
  const isOfTime = ({ name, text }: Declared) =>
    NAMED.test(name) ||
    MENTIONED.test(text.replace(/\b[A-Z]\w+\b/g, (type) => types.get(type) ?? type));

  const kept = new Set<string>();
  const note = (target: ts.Node) => {
    if (ts.isPropertyAccessExpression(target) && NAMED.test(target.name.text))
      kept.add(`.${target.name.text}`);
    if (!ts.isIdentifier(target)) return;
    const found = findDeclared(target);
    const isOutside = found === undefined || found.within !== functionOf(target);
    if (isOutside && (found === undefined ? NAMED.test(target.text) : isOfTime(found)))
      kept.add(target.text);
  };
  walk(source, (node) => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) note(node.left);
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      if (FILLED.test(name.text)) note(expression);
    }
  });
  return kept;
}

const isAssignment = (kind: ts.SyntaxKind): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The function that a node stands in, or the file. */
function functionOf(node: ts.Node): ts.Node {
  let outer = node.parent;
  while (!ts.isFunctionLike(outer) && !ts.isSourceFile(outer)) outer = outer.parent;
  return outer;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return listFiles(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}
