import { describe, expect, it } from 'vitest';
import { type UpdateState, updateAddressProblem, updateChoiceSchema } from '../../shared/domain/update.ts';
import {
  failureOf,
  installRefusal,
  installsAtQuit,
  mayDownload,
  needsClick,
  nextStep,
  type OpeningHours,
  openingHours,
} from './updates.ts';

const at = '2026-07-03T10:00:00.000Z';
const UNKNOWN: OpeningHours = { known: false };
const CLOSED: OpeningHours = { known: true, openUntil: null, opensAt: null, soon: false };
const SOON: OpeningHours = { known: true, openUntil: null, opensAt: '2026-07-03T12:00:00.000Z', soon: true };
const OPEN: OpeningHours = { known: true, openUntil: '2026-07-04T02:00:00.000Z', opensAt: null, soon: true };
const found: UpdateState = { state: 'found', version: '1.2.0', at };
const downloading: UpdateState = { state: 'downloading', version: '1.2.0', percent: 40 };
const ready: UpdateState = { state: 'ready', version: '1.2.0' };
const DAY = 24 * 3_600_000;

describe('the opening hours that keep updates away', () => {
  const times = { version: 2, opens: '14:00', closes: '04:00', firstDay: '2026-07-03', lastDay: '2026-07-05' };
  const hoursAt = (instant: string, given: Parameters<typeof openingHours>[0] = times) =>
    openingHours(given, Date.parse(instant), 'Europe/Paris');

  it('last until it closes, past midnight, on the days of the festival alone', () => {
    expect(hoursAt('2026-07-03T11:59:59Z')).toEqual(SOON);
    expect(hoursAt('2026-07-03T12:00:00Z')).toEqual(OPEN);
    expect(hoursAt('2026-07-04T01:59:59Z')).toEqual(OPEN);
    expect(hoursAt('2026-07-04T02:00:00Z')).toEqual({ ...SOON, opensAt: '2026-07-04T12:00:00.000Z' });
    expect(hoursAt('2026-07-06T01:00:00Z')).toMatchObject({ openUntil: '2026-07-06T02:00:00.000Z' });
    expect(hoursAt('2026-07-06T18:00:00Z')).toEqual(CLOSED);
  });

  it('begin with the first day, and are soon within a day of an opening', () => {
    const before = { ...SOON, soon: false };
    expect(hoursAt('2026-06-20T18:00:00Z')).toEqual(before);
    expect(hoursAt('2026-07-02T11:59:59Z')).toEqual(before);
    expect(hoursAt('2026-07-02T12:00:00Z')).toEqual(SOON);
    // Where nobody has said on which days, each is one.
    expect(hoursAt('2026-03-01T08:00:00Z', { ...times, firstDay: null, lastDay: null })).toMatchObject({ soon: true });
  });

  it('are not known before somebody has set them', () => {
    expect(hoursAt('2026-07-03T18:00:00Z', null)).toEqual(UNKNOWN);
    expect(hoursAt('2026-07-03T18:00:00Z', { ...times, version: 1 })).toEqual(UNKNOWN);
  });
});

describe('what is done about updates by itself', () => {
  const now = Date.parse(at);
  const step = (state: UpdateState, facts: Partial<Parameters<typeof nextStep>[1]> = {}) =>
    nextStep(state, { on: true, hours: CLOSED, lookedAt: now, now, ...facts });

  it('is looking at the start and then once a day, whatever the hour', () => {
    for (const hours of [UNKNOWN, CLOSED, OPEN]) {
      expect(step({ state: 'unknown' }, { hours, lookedAt: null })).toBe('look');
      expect(step({ state: 'current', at }, { hours, lookedAt: now - DAY + 1 })).toBe('nothing');
      expect(step({ state: 'current', at }, { hours, lookedAt: now - DAY })).toBe('look');
    }
    const failed: UpdateState = { state: 'failed', reason: 'signature', at, words: '' };
    expect(step(failed, { lookedAt: now - 3_600_000 })).toBe('nothing');
    expect(step(failed, { lookedAt: now + DAY })).toBe('look');
    // The network comes later than the laptop.
    expect(step({ ...failed, reason: 'unreachable' }, { lookedAt: now - 3_599_999 })).toBe('nothing');
    expect(step({ ...failed, reason: 'unreachable' }, { lookedAt: now - 3_600_000 })).toBe('look');
  });

  it('is downloading outside opening hours, which an opening ends, and never where they are not known', () => {
    expect(step(found)).toBe('download');
    expect(step(found, { hours: OPEN })).toBe('nothing');
    expect(step(found, { hours: UNKNOWN })).toBe('nothing');
    expect(step(downloading)).toBe('nothing');
    expect(step(downloading, { hours: OPEN })).toBe('stop');
    // A person has started it.
    expect(step(downloading, { hours: UNKNOWN })).toBe('nothing');
  });

  it('is nothing while updates are off, and a download ends', () => {
    expect(step(found, { on: false, lookedAt: null })).toBe('nothing');
    expect(step(downloading, { on: false })).toBe('stop');
  });
});

describe('what a person may do', () => {
  it('is download in no opening hours', () => {
    expect([CLOSED, UNKNOWN, OPEN].map((hours) => mayDownload(found, hours))).toEqual([true, true, false]);
    expect(mayDownload(ready, CLOSED)).toBe(false);
  });

  it('is install in no opening hours, with nothing that waits and no runbook that goes on', () => {
    expect(installRefusal({ hours: CLOSED, waiting: 0, runs: 0 })).toBeNull();
    expect(installRefusal({ hours: UNKNOWN, waiting: 0, runs: 0 })).toBeNull();
    expect(installRefusal({ hours: SOON, waiting: 0, runs: 0 })).toBeNull();
    expect(installRefusal({ hours: OPEN, waiting: 3, runs: 0 })).toEqual({ why: 'open', count: 0 });
    expect(installRefusal({ hours: CLOSED, waiting: 3, runs: 1 })).toEqual({ why: 'waiting', count: 3 });
    expect(installRefusal({ hours: CLOSED, waiting: 0, runs: 1 })).toEqual({ why: 'runbook', count: 1 });
  });
});

it('a console that a person quits leaves the new version behind, where no opening is near and nobody has to be asked', () => {
  const work = { hours: CLOSED, waiting: 0, runs: 0 };
  const installs = (some: Partial<typeof work> | { hours: OpeningHours }, on = true, state: UpdateState = ready) =>
    installsAtQuit(on, state, { ...work, ...some }, true);
  expect(installs({})).toBe(true);
  expect(installs({}, false)).toBe(false);
  expect(installs({}, true, found)).toBe(false);
  expect([UNKNOWN, OPEN, SOON].map((hours) => installs({ hours }))).toEqual([false, false, false]);
  expect(installs({ waiting: 1 })).toBe(false);
  expect(installs({ runs: 1 })).toBe(false);
  expect(installsAtQuit(true, ready, work, false)).toBe(false);
  expect([UNKNOWN, OPEN, SOON, CLOSED].map((hours) => needsClick(hours, true))).toEqual([
    ...['hours', 'soon', 'soon', null],
  ]);
  expect(needsClick(CLOSED, false)).toBe('system');
});

it('an address is encrypted, or of this computer, and has no secrets in it', () => {
  const problems = (addresses: readonly string[]) => addresses.map(updateAddressProblem);
  expect(problems(['https://files.festival.org/regie', 'http://localhost:8080/', 'http://127.0.0.1/x'])).toEqual([
    ...[null, null, null],
  ]);
  expect(problems(['', 'regie', ' https://a.org', 'https://'])).toEqual(['none', 'none', 'none', 'none']);
  expect(problems(['http://files.festival.org', 'file:///srv/regie', 'http://localhost.evil.org'])).toEqual([
    ...['protocol', 'none', 'protocol'],
  ]);
  expect(problems(['https://me:pw@a.org', 'https://a.org/?k=1', 'https://a.org/#x'])).toEqual([
    ...['secret', 'secret', 'secret'],
  ]);
  expect(updateChoiceSchema.safeParse({ on: true, address: '' }).success).toBe(true);
  expect(updateChoiceSchema.safeParse({ on: false, address: 'http://a.org' }).success).toBe(false);
});

it('a failure is named by what was thrown', () => {
  expect(
    [
      'ERR_CHECKSUM_MISMATCH sha512 checksum mismatch, expected a, got b',
      'ERR_UPDATER_INVALID_SIGNATURE New version 2 is not signed by the application owner',
      'ENOSPC no space left on device',
      'net::ERR_NAME_NOT_RESOLVED',
      'ECONNREFUSED connect ECONNREFUSED 127.0.0.1:9',
      'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND Cannot find channel "latest-linux.yml" update info',
      'ERR_UPDATER_INVALID_UPDATE_INFO Cannot parse update info',
      'Cannot download "https://a/b", status 404: Not Found',
      'boom',
    ].map(failureOf),
  ).toEqual([...['checksum', 'signature', 'disk', 'unreachable', 'unreachable', 'list', 'list', 'list', 'other']]);
});
