import { expect, it } from 'vitest';
import type { SystemStatus } from '../../shared/contract/status.ts';
import { inFestivalTime } from './festival-times.ts';

const DAY_MS = 86_400_000;
const AHEAD = '2026-07-04T10:00:00.000Z';
const TRUE = '2026-07-03T10:00:00.000Z';
const OTHER = '2026-07-03T09:00:00.000Z';
const link: SystemStatus['link'] = {
  ...{ state: 'offline', since: AHEAD, roundTripMs: null, knownUpTo: AHEAD, reason: null, server: null },
};
const engine: SystemStatus['engine'] = {
  ...{ state: 'running', since: AHEAD, laptop: 'booth-1', leader: { laptop: 'booth-1', term: 3, since: AHEAD } },
  ...{ catchUp: null, lastCycleAt: AHEAD, lastCycleMs: 5, cycles: 1, skippedCycles: 0, detectors: [] },
  breaker: {
    state: 'open',
    failures: 5,
    retryAt: AHEAD,
    lastErrors: [{ at: AHEAD, message: 'gone' }],
    hasWorked: true,
  },
};

it('says what a laptop a day ahead knows of itself by the festival’s clock', () => {
  const said = inFestivalTime({ link, engine }, -DAY_MS);
  expect(said.link).toMatchObject({ since: TRUE, knownUpTo: TRUE });
  expect(said.engine).toMatchObject({ since: TRUE, lastCycleAt: TRUE, leader: { since: TRUE } });
  expect(said.engine.breaker).toMatchObject({ retryAt: TRUE, lastErrors: [{ at: TRUE }] });
});

it('leaves what the festival’s database says of another leader, and what is off by nothing that is read', () => {
  const standby = { ...engine, state: 'standby' as const, leader: { laptop: 'booth-2', term: 4, since: OTHER } };
  const said = inFestivalTime({ link, engine: standby }, -DAY_MS);
  expect(said.engine).toMatchObject({ since: TRUE, leader: { since: OTHER }, breaker: { retryAt: AHEAD } });
  expect(inFestivalTime({ link, engine }, 400)).toEqual({ link, engine });
});
