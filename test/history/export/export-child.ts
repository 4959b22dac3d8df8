// An export in a process of its own, which kills itself before a step of its work on the disk:
// EXPORT-CHILD DB FOLDER VIEW STEP.
import { armKill } from '../../support/kill-at-step.ts';

const [, , path = '', folder = '', view = '', step = ''] = process.argv;
armKill(Number(step));

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
