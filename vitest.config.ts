import { defineConfig } from 'vitest/config';
import { textsPlugin } from './scripts/texts-plugin.ts';

export default defineConfig({
  plugins: [textsPlugin()],
  test: {
    include: ['{electron,renderer,shared,scripts,migrations,bench}/**/*.test.{ts,tsx}'],
    globalSetup: ['electron/testing/global-setup.ts'],
    // Integration tests run statements on a real server that all files share; much of it is waiting: with three files at a
    // time two cores were idle for a third of it.
    maxWorkers: 4,
    // Bounds only end a hang: a busy machine is no fault of the product.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 25 } },
  },
});
