// Puts chunks that are always loaded together into one file: to find, read and link a hundred small ones took a sixth
// of a command's start.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve, dirname } from 'node:path';
import { build } from 'esbuild';

/**
 * @param dist The folder of a build with `splitting`.
 * @param outputs What its metafile says of the files in it.
 * @param groups Names of merged files. Into each goes what at least `by` of the sources `of` load at once; what is in an
 *   earlier group stays there. Sources that are loaded by name keep a file that leads on.
 * @param alone A source that is often loaded by itself: what it loads at once stays in files of its own.
 */
export async function mergeChunks(dist, outputs, groups, alone) {
  const nameOf = (path) => relative(dist, resolve(path));
  /** By the name of a chunk: the file it is in now, and what its exports are called there. */
  const moved = new Map();
  const files = new Map(
    Object.entries(outputs)
      .filter(([path]) => path.endsWith('.js'))
      .map(([path, output]) => [nameOf(path), output]),
  );
  const namesOf = (source) =>
    [...files].filter(([, { entryPoint }]) => entryPoint === source).map(([name]) => name);
  const kept = closureOf(files, namesOf(alone), nameOf);
  for (const [group, { of, by = 1 }] of Object.entries(groups)) {
    const loadedBy = of.map((source) => closureOf(files, namesOf(source), nameOf));
    const chunks = [...new Set(loadedBy.flatMap((loaded) => [...loaded]))].filter(
      (name) =>
        loadedBy.filter((loaded) => loaded.has(name)).length >= by &&
        !moved.has(name) &&
        !kept.has(name),
    );
    const inner = (chunk, name) => `${basename(chunk, '.js').replace(/\W/g, '_')}_${name}`;
    const lines = chunks.map((chunk) => {
      const { exports } = files.get(chunk);
      const list = exports.map((name) => `${name} as ${inner(chunk, name)}`).join(', ');
      return exports.length === 0
        ? `import "./${chunk}";`
        : `export { ${list} } from "./${chunk}";`;
    });
    const { outputFiles } = await build({
      stdin: { contents: lines.join('\n'), resolveDir: dist },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
      plugins: [
        {
          name: 'chunks',
          setup: (of) => {
            of.onResolve({ filter: /^\./ }, ({ path, kind }) =>
              kind === 'dynamic-import' || !chunks.includes(basename(path))
                ? { path, external: true }
                : undefined,
            );
          },
        },
      ],
    });
    const sourcesOf = chunks.flatMap((chunk) => Object.keys(files.get(chunk).inputs));
    writeFileSync(
      join(dist, `${group}.js`),
      `${sourcesOf.map((source) => `// ${source}\n`).join('')}${outputFiles[0].text}`,
    );
    for (const chunk of chunks)
      moved.set(chunk, { to: `${group}.js`, inner: (name) => inner(chunk, name) });
    files.set(`${group}.js`, { imports: [], exports: [], inputs: {} });
  }
  for (const [name, { entryPoint, exports }] of files) {
    const path = join(dist, name);
    const place = moved.get(name);
    if (place === undefined) writeFileSync(path, ledOn(name, readFileSync(path, 'utf8'), moved));
    else if (entryPoint === undefined) rmSync(path);
    else {
      const list = exports.map((one) => `  ${place.inner(one)} as ${one}`).join(',\n');
      writeFileSync(path, `// ${entryPoint}\nexport {\n${list}\n} from "./${place.to}";\n`);
    }
  }
}

/** The files that some files load at once, with themselves. */
function closureOf(files, names, nameOf) {
  const found = new Set();
  const add = (name) => {
    if (found.has(name) || !files.has(name)) return;
    for (const { path, kind } of files.get(name).imports)
      if (kind === 'import-statement') add(nameOf(path));
    found.add(name);
  };
  names.forEach(add);
  return found;
}

/** The text of a file, with its imports of chunks from where these are now. */
function ledOn(name, text, moved) {
  const folder = dirname(name);
  return text.replace(/^import (?:\{([^}]*)\} from )?"(\.[^"]+\.js)";$/gm, (whole, names, path) => {
    const place = moved.get(join(folder, path));
    if (place === undefined) return whole;
    const to = relative(folder, place.to).replace(/^(?!\.)/, './');
    if (names === undefined) return `import "${to}";`;
    const list = names.split(',').map((one) => {
      const [, outer, own = outer] = /^\s*(\S+)(?: as (\S+))?\s*$/.exec(one);
      return `  ${place.inner(outer)} as ${own}`;
    });
    return `import {\n${list.join(',\n')}\n} from "${to}";`;
  });
}
