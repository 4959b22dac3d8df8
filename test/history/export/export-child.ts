// An export in a process of its own, which kills itself before a step of its work on the disk:
// EXPORT-CHILD DB FOLDER VIEW STEP.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [, , path = '', folder = '', view = '', step = ''] = process.argv;
let left = Number(step);

/** Every call that changes what others see on the disk. */
const CALLS = [
  'mkdirSync',
  'writeFileSync',
  'linkSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
] as const;
const calls = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of CALLS) {
  const real = calls[name];
  calls[name] = (...args) => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL');
    return real?.(...args);
  };
}
syncBuiltinESMExports();

const { default: Database } = await import('better-sqlite3');
const { TOP_PRODUCTS } = await import('../../../src/list/top-products.ts');
const { exportFolder } = await import('../../../src/history/export/folder.ts');
await exportFolder(
  new Database(path, { readonly: true }),
  { view: view as 'history', list: TOP_PRODUCTS, watches: null, sinceAt: null, untilAt: null },
  {
    folder,
    format: 'csv',
    full: false,
    onMonth: () => {},
    signal: new AbortController().signal,
    now: () => Date.now(),
  },
);
