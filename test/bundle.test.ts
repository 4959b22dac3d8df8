// The program as it is shipped: dist/, made by `npm run build`.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

// The demo of three lists, and a process for each command that reads what it left: some 15 s on an idle machine.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'tidemark-bundle-'));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [CLI, ...args], { cwd: folder, encoding: 'utf8', timeout: 60_000 });

// The build bundles, and checks nothing: a few seconds.
beforeAll(() => {
  if (!existsSync(CLI)) expect(spawnSync('npm', ['run', 'build'], { cwd: ROOT }).status).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundle', () => {
  test('loads for a command that reads neither an HTTP client nor what it does not use', () => {
    const dist = join(ROOT, 'dist');
    const called = /^(cli|(main|open-app|open-to-read|status)-\w{8})\.js$/;
    const loaded = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const text = readFileSync(join(dist, file), 'utf8');
      // `import"…"` and `from"…"` are loaded at once, `import("…")` when it is called.
      for (const [, name = ''] of text.matchAll(/\b(?:from|import)"\.\/([\w-]+\.js)"/g)) load(name);
    };
    // `lake status` is of that name too, and asks a store.
    const isOfLake = (file: string) =>
      /^\/\/ src\/commands\/lake\/status\.ts$/m.test(readFileSync(join(dist, file), 'utf8'));
    const entries = readdirSync(dist).filter((file) => called.test(file) && !isOfLake(file));
    expect(entries.length).toBeGreaterThanOrEqual(5);
    entries.forEach(load);
    const texts = [...loaded].map((file) => readFileSync(join(dist, file), 'utf8'));
    expect([...loaded]).toEqual(expect.arrayContaining(['start.js', 'open.js']));
    // To find and link a hundred small ones took a sixth of the start.
    expect(loaded.size).toBeLessThan(50);
    expect(texts.filter((text) => text.includes('node_modules/undici/'))).toEqual([]);
    // Of zod the languages of its messages alone are half a megabyte.
    expect(texts.reduce((sum, text) => sum + text.length, 0)).toBeLessThan(1_200_000);
  });

  test('holds every library but those that are installed with it', () => {
    const build = readFileSync(join(ROOT, '.ci/bundle-program.js'), 'utf8');
    const [, external = ''] = /EXTERNAL = \[(.*?)\n\];/s.exec(build) ?? [];
    const names = [...external.matchAll(/^\s+'([^']+)'/gm)].map(([, name]) => name);
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'optionalDependencies', Record<string, string>>;
    expect(names.filter((name) => name !== 'esbuild').sort()).toEqual(
      Object.keys({ ...dependencies, ...optionalDependencies }).sort(),
    );
  });

  test('tells its version and its help', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(run('help')).toMatchObject({ status: 0, stdout: expect.stringContaining('snapshot') });
    expect(run('snapshto')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Did you mean snapshot?'),
    });
  });

  test('says what to install where the library of SQLite is not', () => {
    // As installed on Node 20, where npm leaves it out.
    const bare = join(folder, 'bare');
    for (const part of ['dist', 'package.json', 'migrations'])
      cpSync(join(ROOT, part), join(bare, part), { recursive: true });
    mkdirSync(join(bare, 'node_modules'));
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      if (name !== 'better-sqlite3')
        symlinkSync(join(ROOT, 'node_modules', name), join(bare, 'node_modules', name));
    const { status, stderr } = spawnSync(process.execPath, [join(bare, 'dist/cli.js'), 'status'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: better-sqlite3, which reads the database, is missing\n/);
    expect(stderr).not.toContain('    at ');
  });

  test('runs the demo, and leaves what every reading command works on', () => {
    const demo = run('demo', '--days', '16', '--json');
    expect({ status: demo.status, stderr: demo.stderr }).toMatchObject({ status: 0 });
    const figures = JSON.parse(demo.stdout) as Record<string, number>;
    expect(figures).toMatchObject({ snapshots: 48, observations: 16 * 800, requests: 3 + 16 * 45 });
    expect(figures['mails']).toBeGreaterThan(5);
    expect(
      readdirSync(join(folder, 'tidemark-demo/mails')).filter((name) => name.endsWith('.eml')),
    ).toHaveLength(figures['mails'] ?? 0);
    const config = join(folder, 'tidemark-demo/tidemark.yaml');
    for (const [args, wanted] of [
      [['status'], 'us-daily'],
      [['top', 'us-daily'], 'against'],
      [['movers', 'gb-week', '--compare', '7d'], 'Climbers'],
      [['alerts', '--since', '2026-01-01'], 'breakout'],
      [['deliveries'], 'ana@example.com'],
      [['check'], 'is valid'],
      // In a process of its own, which is a bundle of its own.
      [
        ['sql', 'SELECT count(*) AS observations FROM history', '--format', 'csv'],
        'observations\n11200\n',
      ],
      [['export', '--view', 'alerts'], 'breakout'],
      [['doctor', '--deep'], 'every page is sound'],
    ] as const) {
      const ran = run(...args, '--config', config);
      expect({ args, status: ran.status, stderr: ran.status === 0 ? '' : ran.stderr }).toEqual({
        args,
        status: 0,
        stderr: '',
      });
      expect(ran.stdout).toContain(wanted);
    }
  });

  test.runIf(existsSync('/dev/full'))(
    'says it in one line when its output does not fit on the disk',
    () => {
      const full = openSync('/dev/full', 'w');
      for (const args of [
        ['export', '--list', 'top-products'],
        ['sql', '@gaps', '-p', 'days=9999'],
      ]) {
        const { status, stderr } = spawnSync(
          process.execPath,
          [CLI, ...args, '--database', 'tidemark-demo/tidemark.db'],
          { cwd: folder, encoding: 'utf8', stdio: ['ignore', full, 'pipe'] },
        );
        expect({ args, status, stderr }).toEqual({
          args,
          status: 1,
          stderr: 'error: the output cannot be written: no space left on device (ENOSPC)\n',
        });
      }
      closeSync(full);
    },
  );

  test('leaves a folder alone that no demo has written', () => {
    expect(run('demo', '--dir', '.')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('was not written by a demo'),
    });
  });
});
