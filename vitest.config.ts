import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // With engines that are half a gigabyte: `npm run test:engines`.
    exclude: [...configDefaults.exclude, 'test/engines/**'],
    env: { TZ: 'UTC', NO_COLOR: '1' },
    pool: 'forks',
    // By default one core is left to others, which on two doubles the time.
    maxWorkers: Math.min(availableParallelism(), 4),
    // What hangs is to be seen within seconds. Nearly all tests take less than 3 s on an idle machine,
    // and a busy one is given many times as long. Those that take longer have a limit of their own,
    // with the reason beside it.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
