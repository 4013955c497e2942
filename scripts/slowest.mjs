// Which tests take the time: read from the reports of Vitest and Playwright.
import { relative } from 'node:path';
import { root } from './setup.mjs';

const ofVitest = (report) =>
  (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, duration }) => ({ file: relative(root, name), title, ms: duration ?? 0 })),
  );

const ofPlaywright = (report) => {
  const inSuite = (suite) => [
    ...(suite.specs ?? []).flatMap(({ title, tests }) =>
      tests.map(({ results }) => ({
        file: `e2e/${suite.file}`,
        title,
        ms: results.reduce((sum, { duration }) => sum + duration, 0),
      })),
    ),
    ...(suite.suites ?? []).flatMap(inSuite),
  ];
  return (report?.suites ?? []).flatMap(inSuite);
};

/**
 * Every test that ran, with its file and how long it took.
 * @param vitest the parsed JSON report of Vitest, or undefined where it did not run
 * @param playwright that of Playwright
 * @returns {{ file: string, title: string, ms: number }[]}
 */
export const timedTests = (vitest, playwright) => [...ofVitest(vitest), ...ofPlaywright(playwright)];

/** The `count` slowest of them as lines to print, slowest first. */
export const slowest = (tests, count) =>
  tests
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ file, title, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file} › ${title}`);
