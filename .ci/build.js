// Bundles src/ into dist/, so that the program starts from few files and installs without its build tools.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';
import { BANNER, bundleProgram } from './bundle-program.js';
import { bundleQuick, compileQuick, QUICK_COMMANDS } from './quick.js';

const root = new URL('../', import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));

// What an earlier build left would otherwise be packed too: chunks are named by their content.
rmSync(at('dist'), { recursive: true, force: true });
mkdirSync(at('dist'));

const [metafile] = await Promise.all([
  bundleProgram(at('dist'), [], QUICK_COMMANDS),
  bundleQuick(at('dist')),
]);
const compiled = compileQuick(at('dist'));

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
  banner: { js: BANNER },
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

await compiled;
