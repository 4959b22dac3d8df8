import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    env: { TZ: 'UTC', NO_COLOR: '1' },
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
