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

/** What stays in packages of their own. */
export const EXTERNAL = [
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
];

/**
 * To be called in the root of the checkout, as npm does.
 * @param outdir The folder that it is made in; what is there stays.
 * @param plugins Of esbuild: what is read otherwise than from its file.
 * @param quick Commands that `quick.cjs` beside it has; without any, there need be no such file.
 * @returns What esbuild says of it.
 */
export async function bundleProgram(outdir, plugins = [], quick = []) {
  const { metafile } = await build({
    entryPoints: [
      at('src/cli.ts'),
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
    external: EXTERNAL,
    define: { QUICK_COMMANDS: JSON.stringify(quick.join(' ')) },
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
      start: { of: ['src/program/main.ts'] },
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
  // `tidemark sql` asks in a process of its own, which can be killed. It is loaded for each query, and once more on the
  // thread that asks, so it has nothing in common with the rest.
  await build({
    entryPoints: [at('src/history/sql/query-process.ts')],
    outbase: at('src'),
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    logLevel: 'warning',
  });
  await slim(outdir);
  return metafile;
}
