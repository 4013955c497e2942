import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failures, slowest, testsOf } from './test-reports.mjs';

const at = (file: string): string => join(import.meta.dirname, '..', file);
const passed = { title: 'quick', duration: 5, failureMessages: [] };
const vitest = {
  testResults: [
    { name: at('a.test.ts'), status: 'failed', message: 'cannot load\nat b', assertionResults: [] },
    {
      ...{ name: at('b.test.ts'), status: 'failed', message: '' },
      assertionResults: [passed, { title: 'slow', duration: 9, failureMessages: ['\u001b[31mError: 1\n2\n3\n4'] }],
    },
    { name: at('c.test.ts'), status: 'passed', message: '', assertionResults: [passed] },
  ],
};
const playwright = {
  suites: [
    {
      file: 'd.spec.ts',
      specs: [
        {
          title: 'red',
          tests: [{ status: 'unexpected', results: [{ duration: 7, errors: [{ message: 'no row' }] }] }],
        },
        { title: 'green', tests: [{ status: 'expected', results: [{ duration: 8, errors: [] }] }] },
      ],
    },
  ],
};

test('each test that failed is named with the first lines of why, also a file that could not be loaded', () => {
  expect(failures(testsOf(vitest, playwright))).toEqual([
    'a.test.ts › the file itself\n    cannot load\n    at b',
    'b.test.ts › slow\n    Error: 1\n    2\n    3',
    'e2e/d.spec.ts › red\n    no row',
  ]);
});

test('the slowest come first', () => {
  const lines = slowest(testsOf(vitest, playwright), 2);
  expect(lines).toEqual(['    0.0 s  b.test.ts › slow', '    0.0 s  e2e/d.spec.ts › green']);
});
