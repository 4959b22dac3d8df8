// Restores a backup, and kills itself at the n-th call that changes or syncs a file. argv: backup, database, n.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [backup = '', database = '', count = '0'] = process.argv.slice(2);
let left = Number(count);
for (const name of ['fsyncSync', 'renameSync', 'linkSync'] as const) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      if (--left === 0) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    },
  });
}
syncBuiltinESMExports();
const { restore } = await import('../../src/store/file/restore.ts');
const { systemClock } = await import('../../src/lib/clock.ts');
await restore(backup, database, systemClock, () => {});
process.stdout.write('done\n');
