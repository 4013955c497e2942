// Which tests failed and which take the time: read from the reports of Vitest and Playwright.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './setup.mjs';

const firstLines = (text) => stripVTControlCharacters(text).trim().split('\n').slice(0, 3).join('\n');

const ofVitest = (report) =>
  (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.map(({ title, duration, failureMessages }) => ({
      ...{ file, title, ms: duration ?? 0 },
      why: failureMessages.length > 0 ? firstLines(failureMessages[0]) : undefined,
    }));
    // A file that cannot be loaded, or whose preparation fails, has no test that says so.
    const silent = status === 'failed' && tests.every(({ why }) => why === undefined);
    return silent ? [...tests, { file, title: 'the file itself', ms: 0, why: firstLines(message) }] : tests;
  });

const ofPlaywright = (report) => {
  const inSuite = (suite) => [
    ...(suite.specs ?? []).flatMap(({ title, tests }) =>
      tests.map(({ status, results }) => ({
        file: `e2e/${suite.file}`,
        title,
        ms: results.reduce((sum, { duration }) => sum + duration, 0),
        why:
          status === 'unexpected' || status === 'flaky'
            ? firstLines(results.flatMap(({ errors }) => errors)[0]?.message ?? 'no word why')
            : undefined,
      })),
    ),
    ...(suite.suites ?? []).flatMap(inSuite),
  ];
  return (report?.suites ?? []).flatMap(inSuite);
};

/**
 * Every test that ran, with its file, how long it took, and the first lines of why where it failed.
 * @param vitest the parsed JSON report of Vitest, or undefined where it did not run
 * @param playwright that of Playwright
 * @returns {{ file: string, title: string, ms: number, why: string | undefined }[]}
 */
export const testsOf = (vitest, playwright) => [...ofVitest(vitest), ...ofPlaywright(playwright)];

/** The `count` slowest of them as lines to print, slowest first. */
export const slowest = (tests, count) =>
  tests
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ file, title, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file} › ${title}`);

/** Those that failed as lines to print. */
export const failures = (tests) =>
  tests.flatMap(({ file, title, why }) =>
    why === undefined ? [] : [`${file} › ${title}\n    ${why.replaceAll('\n', '\n    ')}`],
  );
