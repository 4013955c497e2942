import { expect, it } from 'vitest';
import { readRetentionDays } from './retention.ts';

it.each([
  ['7', 7],
  [' 60 ', 60],
  ['3650', 3_650],
  ['6', null],
  ['3651', null],
  ['', null],
  ['30.5', null],
  ['1e2', null],
  ['-30', null],
  ['99999', null],
])('reads %j as days', (typed, days) => {
  expect(readRetentionDays(typed)).toBe(days);
});
