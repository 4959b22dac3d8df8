import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../../lib/project-root.ts';

let found: Promise<string> | undefined;

/**
 * Path of the program that query-process.ts is: in the bundle, or bundled just now where the
 * sources run (tests, `npm run dev`).
 */
export function queryEntry(): Promise<string> {
  found ??= import.meta.url.endsWith('.ts')
    ? bundle(fileURLToPath(new URL('query-process.ts', import.meta.url)))
    : Promise.resolve(join(projectRoot(), 'dist', 'history', 'sql', 'query-process.js'));
  return found;
}

/** Node 20 cannot run TypeScript on a worker thread, with or without a loader. */
async function bundle(source: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
  });
  const text = outputFiles[0]?.contents ?? new Uint8Array();
  // Inside the project, so that better-sqlite3 is found from there.
  const folder = join(projectRoot(), 'node_modules', '.cache', 'tidemark');
  const path = join(
    folder,
    `query-process-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.mjs`,
  );
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const own = `${path}.${process.pid}`;
    writeFileSync(own, text);
    renameSync(own, path);
  }
  return path;
}
