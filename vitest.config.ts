import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', '.hopline/**'],
    // Far beyond what anything takes: they end what hangs. A machine that is busy otherwise is several times slower.
    testTimeout: 300_000,
    hookTimeout: 400_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    setupFiles: ['test/fix-random-seed.ts'],
  },
});
