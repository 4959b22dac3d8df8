// A sync in a process of its own, which kills itself before a step of its work on the disk:
// SYNC-CHILD DB LAKE VIEWS STEP NOW.
import { armKill } from '../../support/kill-at-step.ts';

const [, , path = '', lake = '', views = '', step = '', at = ''] = process.argv;
armKill(Number(step));

const { default: Database } = await import('better-sqlite3');
const { openLake } = await import('../../../src/history/lake/open-lake.ts');
const { syncLake } = await import('../../../src/history/lake/sync.ts');
const { systemClock } = await import('../../../src/lib/clock.ts');
const clock = { ...systemClock, now: () => Number(at) };
const to = { kind: 'folder', path: lake } as const;
const place = await openLake({ to, allowPrivate: false }, path, clock, true);
await syncLake(
  new Database(path, { readonly: true }),
  place,
  { views: views.split(',') as 'history'[], keepMs: 7 * 86_400_000 },
  clock,
  { signal: new AbortController().signal, onPart: () => {} },
);
place.close();
