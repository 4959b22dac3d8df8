// Who has no `web:` pays nothing for the page: none of its modules is in a file that the daemon
// loads.
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/lib/project-root.ts';

/** The files that are loaded with one, and what of the sources is in them. */
function loadedWith(outputs: Metafile['outputs'], source: string): string[] {
  const [start] = Object.keys(outputs).filter((path) =>
    Object.hasOwn(outputs[path]?.inputs ?? {}, source),
  );
  const seen = new Set<string>();
  const inputs = new Set<string>();
  const visit = (path: string): void => {
    const output = outputs[path];
    if (seen.has(path) || output === undefined) return;
    seen.add(path);
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs))
      if (bytesInOutput > 0) inputs.add(input);
    for (const { path: next, kind, external } of output.imports) {
      if (kind !== 'import-statement') continue;
      if (external === true) inputs.add(next);
      else visit(next);
    }
  };
  visit(start ?? '');
  return [...inputs];
}

const ofPage = (input: string): boolean =>
  input.startsWith('src/web/') || /^(hono|@hono\/|ghtml|@modelcontextprotocol\/)/.test(input);

test('neither the program nor its daemon loads a module of the page', async () => {
  const { metafile } = await build({
    absWorkingDir: projectRoot(),
    entryPoints: ['src/cli.ts', 'src/web/serve/worker.ts'],
    outdir: join(projectRoot(), 'dist'),
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  const { outputs } = metafile;
  const ofThread = loadedWith(outputs, 'src/web/serve/worker.ts');
  expect(ofThread.filter(ofPage).length).toBeGreaterThan(50);
  // What draws mails is native and large; a page shows one only when it is asked for.
  expect(ofThread).toContain('better-sqlite3');
  expect(ofThread.filter((input) => /resvg|nodemailer|mcp\/sdk/.test(input))).toEqual([]);
  for (const source of ['src/cli.ts', 'src/daemon/run-daemon.ts']) {
    const loaded = loadedWith(outputs, source);
    expect(loaded).toContain(source);
    expect(loaded.filter(ofPage)).toEqual([]);
  }
});
