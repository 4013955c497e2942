import { describe, expect, it } from 'vitest';
import { clockWasOff, isLate, placeInTime } from './log.ts';

const DAY_MS = 86_400_000;
const at = (ms: number): string => new Date(Date.UTC(2026, 6, 3, 21) + ms).toISOString();

describe('a laptop whose clock is a day off', () => {
  it('ahead: what it wrote is not later than its arrival, and it is said by how much', () => {
    const entry = { occurredAt: at(0), enteredAt: at(DAY_MS), clockOffsetMs: -DAY_MS, arrivedAt: at(500) };
    expect(clockWasOff(entry)).toBe(DAY_MS);
    expect(placeInTime(entry)).toBe(Date.parse(at(0)));
  });

  it('ahead, and never measured: that it was ahead shows by the arrival', () => {
    const entry = { occurredAt: at(DAY_MS), enteredAt: at(DAY_MS), clockOffsetMs: null, arrivedAt: at(0) };
    expect(clockWasOff(entry)).toBe(DAY_MS);
    expect(placeInTime(entry)).toBe(Date.parse(at(0)));
  });

  it('behind: it is said as well; what was never measured and waited for a day is no clock that was off', () => {
    const measured = { enteredAt: at(-DAY_MS), clockOffsetMs: DAY_MS, arrivedAt: at(100) };
    expect(clockWasOff(measured)).toBe(-DAY_MS);
    expect(clockWasOff({ ...measured, clockOffsetMs: null })).toBeNull();
    expect(clockWasOff({ enteredAt: at(0), clockOffsetMs: 900, arrivedAt: null })).toBeNull();
  });
});

it('five minutes ago is not late yet', () => {
  expect(isLate(at(0), Date.parse(at(300_000)))).toBe(false);
  expect(isLate(at(0), Date.parse(at(300_001)))).toBe(true);
});
