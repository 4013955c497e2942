import { defineConfig } from '@playwright/test';

const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/festival-template.ts',
  outputDir: 'test-results/e2e',
  // Each test file starts a festival of its own; most of their time is waiting: two cores carry three of them.
  workers: 3,
  retries: 0,
  // Bounds only end a hang: a busy machine is no fault of the product.
  timeout: 900_000,
  expect: {
    timeout: 60_000,
    toPass: { timeout: 120_000 },
    // Builds of Chromium smooth the edges of the same letters in their own ways; what moved or changed its colour is more.
    toHaveScreenshot: { maxDiffPixelRatio: 0.005, threshold: 0.25 },
  },
  // One picture for all machines: the fonts are shipped. Other systems than Linux draw them differently.
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  ignoreSnapshots: process.platform !== 'linux',
  reporter: [['list'], ['json']],
  use: {
    // Shorter than the test's own bound, so that what hangs is named by its line.
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    viewport: { width: 1280, height: 720 },
    locale: 'en-GB',
    timezoneId: 'Europe/Paris',
    // Animations take a browser without a graphics card most of its time.
    contextOptions: { reducedMotion: 'reduce' },
    // What was done and asked; with the pictures (`--trace on`) it takes an eighth more of a processor.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false },
    launchOptions: {
      ...(process.env.REGIE_BROWSER === undefined ? {} : { executablePath: process.env.REGIE_BROWSER }),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-gpu',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
