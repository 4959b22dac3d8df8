// Leaves out of the files of a build what nobody reads there: comments and indentation. The engine keeps the text of each
// file it has loaded, and one letter beyond Latin-1 in a comment doubles all of it. Names, and lines, stay for stacks.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';

const LINE = 160;

/** @param dist The folder of a build. Which source each part of a file is from stands at its beginning. */
export async function slim(dist) {
  const names = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.js'));
  for (const name of names) {
    const path = join(dist, name);
    const text = readFileSync(path, 'utf8');
    const { code } = await transform(text, {
      minifyWhitespace: true,
      lineLimit: LINE,
      legalComments: 'none',
      format: 'esm',
      platform: 'node',
      target: 'node20',
    });
    const [, hashbang = ''] = /^(#!.*\n)/.exec(code) ?? [];
    const sources = text.match(/^\/\/ (?:src|node_modules)\/\S+$/gm) ?? [];
    writeFileSync(
      path,
      [hashbang, ...sources.map((one) => `${one}\n`), code.slice(hashbang.length)].join(''),
    );
  }
}
