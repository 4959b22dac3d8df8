// The README and the manual cannot rot: what they must name is asked of the program itself.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configJsonSchema } from '../src/config/json-schema.ts';
import { SHIPPED_QUERIES } from '../src/history/sql/shipped.ts';
import { runProgram } from '../src/program/program.ts';
import { VIEWS } from '../src/store/views/views.ts';
import { memoryIo } from './support/memory-io.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const page = (name: string) => readFileSync(join(ROOT, 'src/manual', name), 'utf8');
const PAGES = readdirSync(join(ROOT, 'src/manual')).filter((name) => name.endsWith('.md'));
const MANUAL = PAGES.map(page).join('\n');
const names = (text: string) =>
  [`\`${text}\``, `\`${text} `, `\`${text}.`].some((form) => MANUAL.includes(form));

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
  // In groups, each below a heading; the options and the list of the manual are none.
  const groups = io.out
    .split('\n\n')
    .filter(
      (part) =>
        /^[A-Z][\w ]*:\n/.test(part) && !/^(Options|Arguments|The manual|Examples)\b/.test(part),
    );
  const list = groups.join('\n');
  return [...list.matchAll(/^ {2}(\w+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
}

test('the pictures of the README are there', () => {
  const pictures = [...README.matchAll(/src="(pictures\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(pictures).toHaveLength(3);
  expect(pictures.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

describe('the README and the manual', () => {
  test('has every key of the config', () => {
    expect([...keysOf(configJsonSchema())].filter((key) => !names(key))).toEqual([]);
  });

  test('has every command', async () => {
    const commands = await commandsOf();
    expect(commands.length).toBeGreaterThan(15);
    const missing: string[] = [];
    for (const command of commands) {
      if (!MANUAL.includes(`tidemark ${command}`)) missing.push(command);
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
      SHIPPED_QUERIES.map(({ name }) => `\`@${name}\``).filter((name) => !MANUAL.includes(name)),
    ).toEqual([]);
  });

  test('says of every library why it is there, be it bundled or installed', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(ROOT, 'src', path), 'utf8'))
      .join('\n');
    const isUsed = (name: string) =>
      new RegExp(`from '${name}['/]|import\\('${name}['/]`).test(sources);
    const libraries = [
      ...Object.keys(dependencies),
      ...Object.keys(devDependencies).filter((name) => isUsed(name)),
    ];
    expect(libraries.length).toBeGreaterThan(20);
    const [, table = ''] = page('changing.md').split('## Libraries');
    expect(libraries.filter((name) => !table.includes(name))).toEqual([]);
  });

  test('names only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...`${README}\n${MANUAL}`.matchAll(/npm run (?:-s |--silent )?([\w-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('the README is read in three minutes', () => {
    expect(README.split('\n').length).toBeLessThanOrEqual(250);
  });

  test('the README names every page of the manual', () => {
    const subjects = PAGES.map((name) => name.replace('.md', ''));
    expect(subjects.filter((subject) => !README.includes(`src/manual/${subject}.md`))).toEqual([]);
  });

  test('every page begins with what it is about', () => {
    for (const name of PAGES) expect(page(name)).toMatch(/^# [A-Z][^\n]+\n\n[A-Z][^|#]+[.]\n/);
  });

  test('help shows a page of the manual, laid out for the terminal', async () => {
    const io = memoryIo({ columns: 80, isTerminal: true });
    const signals = () => ({ stop: new AbortController().signal, onReload: () => () => {} });
    expect(await runProgram(io, signals, '0.0.0', ['help', 'rules'])).toBe(0);
    expect(io.out).toMatch(/^Rules\n\nHow a rule is written/);
    const wide = io.out.split('\n').filter((line) => line.length > 80 && !line.startsWith('  '));
    expect(wide).toEqual([]);
  });
});
