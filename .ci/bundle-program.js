// The program as bundles: what `npm run build` makes, and what a benchmark makes without a part of it.
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';
import { mergeChunks } from './merge-chunks.js';
import { slim } from './slim.js';

const root = new URL('../', import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));

/** Libraries in CommonJS call require(), which ES modules lack. */
export const BANNER =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * To be called in the root of the checkout, as npm does.
 * @param outdir The folder that it is made in; what is there stays.
 * @param plugins Of esbuild: what is read otherwise than from its file.
 * @returns What esbuild says of it.
 */
export async function bundleProgram(outdir, plugins = []) {
  const { metafile } = await build({
    entryPoints: [
      at('src/cli.ts'),
      // `tidemark sql` asks in a process of its own, which can be killed.
      at('src/history/sql/query-process.ts'),
      // The page runs on a thread of its own.
      at('src/web/serve/worker.ts'),
      // A backtest of the page can be killed.
      at('src/web/rules/backtest-process.ts'),
    ],
    outdir,
    bundle: true,
    // Commands are loaded when they are called: each pays only for what it needs.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [
      // Native code.
      'better-sqlite3',
      '@resvg/resvg-js',
      // It starts a worker from a file of its own.
      'pino',
      // Loaded by few commands, and they find files beside themselves.
      'smtp-server',
      'nodemailer',
      // Only a checkout that was not built asks for it: history/sql/entry.ts.
      'esbuild',
    ],
    banner: { js: BANNER },
    logLevel: 'warning',
    metafile: true,
    plugins,
  });

  // What every command loads, what every one that opens the database does, and most of those that show something.
  await mergeChunks(
    outdir,
    metafile.outputs,
    {
      start: { of: ['src/program/program.ts', 'src/terminal/process-io.ts'] },
      open: { of: ['src/open-app.ts', 'src/store/file/open-to-read.ts'] },
      read: {
        of: ['status', 'top', 'product', 'movers', 'alerts'].map(
          (name) => `src/commands/reading/${name}.ts`,
        ),
        by: 2,
      },
    },
    // `--version` loads nothing else.
    'src/cli.ts',
  );
  await slim(outdir);
  return metafile;
}
