import { describe, expect, it } from 'vitest';
import { INITIAL_TIMES, windowAt } from './checklist-window.ts';

const PARIS = 'Europe/Paris';
const at = (local: string): number => Date.parse(`${local}:00+02:00`);
const windowOf = (window: Parameters<typeof windowAt>[0], local: string, times = {}) =>
  windowAt(window, { ...INITIAL_TIMES, ...times }, at(local), PARIS);
const THREE_DAYS = { firstDay: '2026-07-03', lastDay: '2026-07-05' };

describe('the window of a checklist', () => {
  it('of a morning goes from one closing to the next, and is due at the opening', () => {
    const friday = { key: '2026-07-03', from: '2026-07-03T02:00:00.000Z', dueAt: '2026-07-03T12:00:00.000Z' };
    for (const time of ['04:00', '10:00', '14:00', '23:59']) {
      expect(windowOf('before_opening', `2026-07-03T${time}`)).toEqual(friday);
    }
    expect(windowOf('before_opening', '2026-07-04T03:59')).toEqual(friday);
    expect(windowOf('before_opening', '2026-07-04T04:00')?.key).toBe('2026-07-04');
  });

  it('of an evening is that of the day that has closed', () => {
    expect(windowOf('after_closing', '2026-07-04T04:30')).toEqual({
      ...{ key: '2026-07-03', from: '2026-07-04T02:00:00.000Z', dueAt: '2026-07-04T04:00:00.000Z' },
    });
    expect(windowOf('after_closing', '2026-07-05T03:59')?.key).toBe('2026-07-03');
  });

  it('of a festival that closes before midnight is that of the same day', () => {
    const times = { opens: '10:00', closes: '20:00' };
    expect(windowOf('before_opening', '2026-07-03T19:00', times)?.key).toBe('2026-07-03');
    expect(windowOf('before_opening', '2026-07-03T20:00', times)?.key).toBe('2026-07-04');
    expect(windowOf('after_closing', '2026-07-03T20:00', times)?.key).toBe('2026-07-03');
  });

  it('is none on days on which the festival does not open', () => {
    expect(windowOf('before_opening', '2026-07-02T10:00', THREE_DAYS)).toBeNull();
    expect(windowOf('before_opening', '2026-07-03T04:00', THREE_DAYS)?.key).toBe('2026-07-03');
    expect(windowOf('before_opening', '2026-07-06T04:00', THREE_DAYS)).toBeNull();
    expect(windowOf('after_closing', '2026-07-06T04:00', THREE_DAYS)?.key).toBe('2026-07-05');
    expect(windowOf('after_closing', '2026-07-07T04:00', THREE_DAYS)).toBeNull();
  });

  it('of the festival’s start and end are one each, due where its days are known', () => {
    expect(windowOf('before_festival', '2026-06-01T10:00')).toEqual({ key: 'festival-2026', from: null, dueAt: null });
    expect(windowOf('before_festival', '2026-06-01T10:00', THREE_DAYS)?.dueAt).toBe('2026-07-03T12:00:00.000Z');
    expect(windowOf('after_festival', '2026-07-05T10:00', THREE_DAYS)).toBeNull();
    expect(windowOf('after_festival', '2026-07-06T05:00', THREE_DAYS)).toEqual({
      ...{ key: 'festival-2026', from: '2026-07-06T02:00:00.000Z', dueAt: '2026-07-07T02:00:00.000Z' },
    });
  });

  it('of weeks and months are those of the calendar', () => {
    expect(windowOf('week', '2026-07-05T23:59')).toEqual({
      ...{ key: '2026-W27', from: '2026-06-28T22:00:00.000Z', dueAt: '2026-07-05T22:00:00.000Z' },
    });
    expect(windowAt('week', INITIAL_TIMES, Date.parse('2027-01-02T12:00:00Z'), 'UTC')?.key).toBe('2026-W53');
    expect(windowAt('week', INITIAL_TIMES, Date.parse('2024-12-31T12:00:00Z'), 'UTC')?.key).toBe('2025-W01');
    expect(windowOf('month', '2026-07-31T12:00')).toEqual({
      ...{ key: '2026-07', from: '2026-06-30T22:00:00.000Z', dueAt: '2026-07-31T22:00:00.000Z' },
    });
  });
});
