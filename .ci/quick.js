// The second bundle of the program: what commands need that only ask, as one script that Node loads without looking for
// modules, and what V8 compiled of it while they ran. They start in two thirds of the time.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL, URL } from 'node:url';
import { promisify } from 'node:util';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import { EXTERNAL } from './bundle-program.js';

/** Each with the files of src/commands/ that it loads. */
const QUICK = {
  top: ['reading/top'],
  status: ['reading/status'],
  movers: ['reading/movers'],
  product: ['reading/product'],
  alerts: ['reading/alerts'],
  categories: ['reading/categories'],
  silence: ['reading/silence'],
  sql: ['history/sql'],
  check: ['set-up/check'],
  __complete: ['set-up/complete-names'],
};
export const QUICK_COMMANDS = Object.keys(QUICK);

/** @param dist The folder of the build. */
export async function bundleQuick(dist) {
  const wanted = new Set(
    Object.values(QUICK).flatMap((names) => names.map((name) => `../commands/${name}.ts`)),
  );
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/program/quick.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    define: { 'import.meta.url': 'ownUrl' },
    banner: { js: '(function(require,ownUrl){const module={exports:{}};' },
    footer: { js: 'return module.exports})' },
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      {
        name: 'quick',
        setup: (of) => {
          // Commands that are not among them are never called in here.
          of.onResolve({ filter: /^\.\.\/(commands|demo)\// }, ({ path, kind }) =>
            kind === 'dynamic-import' && !wanted.has(path) ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
  const { text } = outputFiles[0];
  // It is read as Latin-1, which is the quickest, and V8 keeps it in a byte a letter.
  const [foreign] = /.*[^\0-\xff].*/.exec(text) ?? [];
  if (foreign !== undefined) throw new Error(`beyond Latin-1 in quick.cjs: ${foreign}`);
  writeFileSync(join(dist, 'quick.cjs'), text, 'latin1');
}

/**
 * Writes what V8 compiles of it when its commands run on a database of two days.
 * @param dist The folder of the build, with the whole program.
 */
export async function compileQuick(dist) {
  const cwd = await mkdtemp(join(tmpdir(), 'tidemark-build-'));
  try {
    for (const args of [
      [join(dist, 'cli.js'), 'demo', '--days', '2'],
      [fileURLToPath(import.meta.url), dist],
    ])
      await promisify(execFile)(process.execPath, args, { cwd });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** In a process of its own, as V8 keeps what was compiled in it. */
async function compileHere(dist) {
  const filename = join(dist, 'quick.cjs');
  const script = new Script(readFileSync(filename, 'latin1'), { filename });
  const url = pathToFileURL(filename);
  const { main } = script.runInThisContext()(createRequire(url), url.href);
  let said = '';
  process.stdout.write = (text) => {
    said += text;
    return true;
  };
  process.stderr.write = () => true;
  const run = async (...words) => {
    const code = await main([...words, '--config', 'tidemark-demo/tidemark.yaml']);
    if (code !== 0) throw new Error(`quick.cjs: ${words.join(' ')} ended with ${code}`);
  };
  await run('top', 'us-daily', '--limit', '1', '--json');
  const [{ product_id: product }] = JSON.parse(said);
  await run('top', 'us-daily');
  await run('product', 'us-daily', product);
  await run('movers', 'us-daily');
  await run('status');
  await run('alerts');
  writeFileSync(`${filename}.cache`, script.createCachedData());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileHere(process.argv[2]);
