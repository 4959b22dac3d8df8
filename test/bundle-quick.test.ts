// The bundle of commands that only ask, which the build compiles beforehand.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// Each test starts a dozen processes.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'tidemark-quick-'));
const CONFIG = ['--config', 'tidemark-demo/tidemark.yaml'];

const runOf =
  (root: string) =>
  (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'dist/cli.js'), ...args],
      { cwd: folder, encoding: 'utf8', timeout: 60_000 },
    );
    return { status, stdout, stderr };
  };
const run = runOf(ROOT);

/** A program like ours, whose files may be spoiled. */
function copyOfProgram(): string {
  const root = mkdtempSync(join(folder, 'program-'));
  for (const part of ['dist', 'package.json', 'migrations'])
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'src'));
  return root;
}

beforeAll(() => {
  if (!existsSync(join(ROOT, 'dist/quick.cjs')))
    expect(spawnSync('npm', ['run', 'build'], { cwd: ROOT }).status).toBe(0);
  expect(run('demo', '--days', '8').status).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('says what the whole program says, whatever is asked of it', () => {
  const { stdout } = run('top', 'us-daily', '--limit', '1', '--json', ...CONFIG);
  const [{ product_id: product = '' } = {}] = JSON.parse(stdout) as { product_id: string }[];
  const [{ id = '' } = {}] = JSON.parse(
    run('sql', 'SELECT id FROM alerts', '--format', 'json', ...CONFIG).stdout,
  ) as { id: string }[];
  for (const args of [
    ['top', 'us-daily'],
    ['top', 'nowhere'],
    ['status', '--json'],
    ['movers', 'us-daily', '--compare', '2d'],
    ['product', 'us-daily', product],
    ['alerts', '--all'],
    ['alerts', 'show', String(id)],
    ['alerts', 'show', String(id), '--sql'],
    ['categories', 'gb-week'],
    ['silence', 'list', '--all'],
    ['silence', 'add', '--watch', 'nowhere', '--for', '2h'],
    ['silence', 'remove', '99'],
    ['sql', '@gaps'],
    ['sql', 'DELETE FROM alerts'],
    ['check'],
    ['check', '--help'],
    ['top', '--nothing'],
  ]) {
    // An option before the command has the whole program loaded.
    const whole = run(...CONFIG, ...args);
    // What each took, and when it was asked, differs.
    const alike = (text: string) => text.replace(/\d+(\.\d+)? ms|"now": ".*"/g, '');
    const quick = run(...args, ...CONFIG);
    expect({ args, ...quick, stdout: alike(quick.stdout), stderr: alike(quick.stderr) }).toEqual({
      args,
      ...whole,
      stdout: alike(whole.stdout),
      stderr: alike(whole.stderr),
    });
    expect({ args, text: quick.stderr }).not.toMatchObject({
      text: expect.stringContaining('    at '),
    });
  }
  expect(run('__complete', 'top', 'us')).toEqual(run('__complete', 'top', 'us'));
  expect(run('__complete', 'to')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^top/),
  });
});

test('is compiled beforehand, by this Node', () => {
  const file = join(ROOT, 'dist/quick.cjs');
  const { cachedDataRejected } = new Script(readFileSync(file, 'latin1'), {
    cachedData: readFileSync(`${file}.cache`),
  });
  expect(cachedDataRejected).toBe(false);
});

test('works with what was compiled missing, cut off, of another version or without the right to read', () => {
  const root = copyOfProgram();
  const cache = join(root, 'dist/quick.cjs.cache');
  const whole = readFileSync(cache);
  const ask = () => runOf(root)('top', 'us-daily', ...CONFIG);
  const wanted = run('top', 'us-daily', ...CONFIG);
  expect(wanted).toMatchObject({ status: 0 });
  const same = () => {
    const { status, stdout } = ask();
    expect({ status, stdout }).toEqual({ status: 0, stdout: wanted.stdout });
  };
  same();
  truncateSync(cache, whole.length >> 1);
  same();
  writeFileSync(cache, '');
  same();
  // The version of V8 stands in its first bytes.
  writeFileSync(cache, Buffer.concat([Buffer.alloc(16, 1), whole.subarray(16)]));
  same();
  rmSync(cache);
  same();
  mkdirSync(cache);
  same();
});
