// A sync in a process of its own, which kills itself before a step of its work on the disk:
// SYNC-CHILD DB TO VIEWS STEP NOW. TO is a place of a lake as JSON, with its secret as text. What
// fails is said on stderr.
import { armKill } from '../../support/kill-at-step.ts';

const [, , path = '', place = '', views = '', step = '', at = ''] = process.argv;
armKill(Number(step));

const { default: Database } = await import('better-sqlite3');
const { openLake } = await import('../../../src/history/lake/open-lake.ts');
const { syncLake } = await import('../../../src/history/lake/sync.ts');
const { systemClock } = await import('../../../src/lib/clock.ts');
const { makeSecret } = await import('../../../src/lib/secret.ts');
const { AppError } = await import('../../../src/lib/errors.ts');
const clock = { ...systemClock, now: () => Number(at) };
const to = JSON.parse(place, (key, value: unknown) =>
  key === 'secretAccessKey' ? makeSecret(String(value)) : value,
) as Parameters<typeof openLake>[0]['to'];
try {
  const lake = await openLake({ to, allowPrivate: true }, path, clock, true);
  try {
    await syncLake(
      new Database(path, { readonly: true }),
      lake,
      { views: views.split(',') as 'history'[], keepMs: 7 * 86_400_000 },
      clock,
      { signal: new AbortController().signal, onPart: () => {} },
    );
  } finally {
    lake.close();
  }
} catch (thrown) {
  if (!(thrown instanceof AppError)) throw thrown;
  process.stderr.write(`${thrown.message}\n${thrown.hint}\n`);
  process.exitCode = 1;
}
