// The README cannot rot: what it must name is asked of the program itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configJsonSchema } from '../src/config/json-schema.ts';
import { SHIPPED_QUERIES } from '../src/history/sql/shipped.ts';
import { runProgram } from '../src/program/program.ts';
import { VIEWS } from '../src/store/views.ts';
import { memoryIo } from './support/memory-io.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const names = (text: string) =>
  [`\`${text}\``, `\`${text} `, `\`${text}.`].some((form) => README.includes(form));

/** Every key that a config may hold, wherever it stands. */
function keysOf(schema: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) for (const one of schema) keysOf(one, found);
  else if (typeof schema === 'object' && schema !== null) {
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties')
        for (const property of Object.keys(value as object)) found.add(property);
      keysOf(value, found);
    }
  }
  return found;
}

/** What `tidemark help X` lists as commands. */
async function commandsOf(...path: string[]): Promise<string[]> {
  const io = memoryIo();
  await runProgram(
    io,
    () => ({ stop: new AbortController().signal, onReload: () => () => {} }),
    '0.0.0',
    ['help', ...path],
  );
  const [, list = ''] = io.out.split('Commands:\n');
  return [...list.matchAll(/^ {2}(\w+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
}

describe('the README', () => {
  test('has every key of the config', () => {
    expect([...keysOf(configJsonSchema())].filter((key) => !names(key))).toEqual([]);
  });

  test('has every command', async () => {
    const commands = await commandsOf();
    expect(commands.length).toBeGreaterThan(15);
    const missing: string[] = [];
    for (const command of commands) {
      if (!README.includes(`tidemark ${command}`)) missing.push(command);
    }
    expect(missing).toEqual([]);
  });

  test('has every view with every column', () => {
    expect(
      VIEWS.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]).filter(
        (name) => !names(name),
      ),
    ).toEqual([]);
  });

  test('has every saved query', () => {
    expect(
      SHIPPED_QUERIES.map(({ name }) => `\`@${name}\``).filter((name) => !README.includes(name)),
    ).toEqual([]);
  });

  test('says of every library why it is there', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const [, table = ''] = README.split('## Libraries');
    expect(Object.keys(dependencies).filter((name) => !table.includes(name))).toEqual([]);
  });

  test('names only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...README.matchAll(/npm run (?:-s |--silent )?([\w-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
