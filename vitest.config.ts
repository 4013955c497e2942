import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';
import { textsPlugin } from './scripts/texts-plugin.ts';

export default defineConfig({
  plugins: [textsPlugin()],
  test: {
    include: ['{electron,renderer,shared,scripts,migrations,bench}/**/*.test.{ts,tsx}'],
    globalSetup: ['electron/testing/global-setup.ts'],
    // Modules are loaded once a worker and not once a file, which took a third of a processor's time. No file may therefore
    // change what another one reads: it leaves modules, environment and timers as it found them.
    isolate: false,
    setupFiles: ['electron/testing/left-as-found.ts', 'electron/testing/column-types.ts'],
    // Integration tests run statements on a real server that all files share, and much of it is waiting; the end-to-end
    // tests run beside them (scripts/test.mjs).
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // Bounds only end a hang: a busy machine is no fault of the product.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 25 } },
  },
});
