// `npm run test:engines`: what needs ClickHouse and DuckDB, which are 600 MB and no dependencies.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/engines/**/*.test.ts'],
    env: { TZ: 'UTC', NO_COLOR: '1' },
    pool: 'forks',
    // The engines themselves use every core.
    maxWorkers: 1,
    testTimeout: 60_000,
    // The first run installs them.
    hookTimeout: 600_000,
  },
});
