import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{electron,renderer,shared,scripts,migrations}/**/*.test.{ts,tsx}'],
    globalSetup: ['electron/testing/global-setup.ts'],
    // Integration tests run statements on a real server that all files share; two cores carry two files at once.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
