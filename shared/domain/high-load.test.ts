import { expect, it } from 'vitest';
import { offersHighLoad } from './high-load.ts';

const load = { until: null, setBy: null, perMinute: 101, usualPerMinute: 25 };

it.each([
  ['at more than four times the usual', load, true],
  ['not at four times', { ...load, perMinute: 100 }, false],
  ['not while it is on', { ...load, until: '2026-07-03T22:00:00Z', setBy: 'Léa' }, false],
  ['not where nothing says what is usual', { ...load, usualPerMinute: null }, false],
  ['not for a handful of payments in the morning', { ...load, perMinute: 9, usualPerMinute: 1 }, false],
])('high load is offered %s', (_, given, offered) => {
  expect(offersHighLoad(given)).toBe(offered);
});
