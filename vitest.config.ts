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
    // Integration tests run statements on a real server that all files share; much of it is waiting: with four files at a
    // time they took 463 s on two cores, with six 404 s.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    // Bounds only end a hang: a busy machine is no fault of the product.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 25 } },
  },
});
