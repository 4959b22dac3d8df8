// Programs that run beside this one (on a thread, or in a process) and scripts for browsers: from
// the bundle, or bundled on the spot when running from source (tests, `npm run dev`).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './project-root.ts';

type For = 'node' | 'browser';

const made = new Map<string, Promise<string>>();

/**
 * Path of the built program of a source, which is named from src/, such as `web/worker.ts`. Node 20
 * cannot run TypeScript on a thread, with or without a loader.
 */
export function builtEntry(source: string, platform: For = 'node'): Promise<string> {
  const url = import.meta.url;
  if (!url.endsWith('.ts'))
    return Promise.resolve(join(projectRoot(), 'dist', source.replace(/\.ts$/, '.js')));
  let found = made.get(source);
  if (found === undefined)
    made.set(
      source,
      (found = bundle(fileURLToPath(new URL(`../${source}`, url)), source, platform)),
    );
  return found;
}

async function bundle(path: string, source: string, platform: For): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    ...(platform === 'node'
      ? { packages: 'external', format: 'esm', platform: 'node', target: 'node20' }
      : { format: 'iife', platform: 'browser', target: 'es2022', minify: true }),
  });
  const text = outputFiles[0]?.contents ?? new Uint8Array();
  // Inside the project, so that packages are found from there.
  const folder = join(projectRoot(), 'node_modules', '.cache', 'tidemark');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const file = `${source.replaceAll('/', '-').replace(/\.ts$/, '')}-${hash}`;
  const target = join(folder, `${file}.${platform === 'node' ? 'mjs' : 'js'}`);
  if (!existsSync(target)) {
    mkdirSync(folder, { recursive: true });
    const own = `${target}.${process.pid}`;
    writeFileSync(own, text);
    renameSync(own, target);
  }
  return target;
}
