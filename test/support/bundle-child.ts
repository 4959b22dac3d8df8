import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../../src/lib/project-root.ts';

/** Bundles a program that a test starts many times, and returns where it lies; `name` tells it from others. */
export async function bundleChild(entry: string, name: string): Promise<string> {
  const outfile = join(projectRoot(), 'node_modules/.cache/tidemark', `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}
