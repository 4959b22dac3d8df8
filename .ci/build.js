// Bundles src/ into dist/, so that the program starts from few files and installs without its build tools.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';
import { mergeChunks } from './merge-chunks.js';

const root = new URL('../', import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));

// What an earlier build left would otherwise be packed too: chunks are named by their content.
rmSync(at('dist'), { recursive: true, force: true });

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
  outdir: at('dist'),
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
  // Libraries in CommonJS call require(), which ES modules lack.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
});

// What every command loads, what every one that opens the database does, and most of those that show something.
await mergeChunks(
  at('dist'),
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

// The document of the API, from the schemas; nothing in dist/ imports what makes it.
const made = await build({
  stdin: {
    contents: "export { openApiText } from './src/web/openapi/document.ts';",
    resolveDir: at('.'),
    loader: 'ts',
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});
const maker = at('dist/openapi-maker.mjs');
writeFileSync(maker, made.outputFiles[0].contents);
const { openApiText } = await import(maker);
writeFileSync(at('dist/openapi.json'), openApiText());
rmSync(maker);

// What browsers load.
const { metafile: ofBrowser } = await build({
  entryPoints: ['page', 'rule'].map((name) => at(`src/web/client/${name}.ts`)),
  outbase: at('src'),
  outdir: at('dist'),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  logLevel: 'warning',
  metafile: true,
});

// The libraries in the bundle are under licences that want to be handed on with them.
const bundled = new Set(
  [metafile, ofBrowser].flatMap(({ inputs }) =>
    Object.keys(inputs).flatMap((path) => {
      const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
      return folder === undefined ? [] : [folder];
    }),
  ),
);
const notices = [...bundled].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(at(`${folder}/package.json`), 'utf8'));
  const file = readdirSync(at(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : readFileSync(at(`${folder}/${file}`), 'utf8').trim();
  return `${name} ${version} (${license ?? 'see its text'})\n\n${text}\n`;
});
writeFileSync(at('dist/THIRD-PARTY.txt'), notices.join(`\n${'-'.repeat(72)}\n\n`));
