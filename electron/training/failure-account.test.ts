import { describe, expect, it } from 'vitest';
import { createAutoFaults } from './auto-faults.ts';
import { createFailureAccount, WINDOW_MS } from './failure-account.ts';
import type { Label } from './labels.ts';
import { createPacing } from './pacing.ts';
import { createRandom } from './random.ts';

const START = Date.parse('2026-07-03T18:00:00Z');

describe('the account of failures', () => {
  it('has no room for a failure among few transactions', () => {
    const account = createFailureAccount();
    account.add(START, { failed: false }, 15);
    expect(account.hasRoom(START, 1, 0.05)).toBe(false);
    expect(account.shortfall(START, 1)).toBe(8);
    account.add(START, { failed: false }, 8);
    expect(account.shortfall(START, 1)).toBe(0);
  });

  it('forgets after fifteen minutes, and sees it coming', () => {
    const account = createFailureAccount();
    account.add(START, { failed: false }, 20);
    account.add(START + 60_000, { failed: true });
    account.add(START + 60_000, { failed: false }, 5);
    expect(account.shortfall(START + 60_000)).toBe(0);
    expect(account.shortfall(START + WINDOW_MS - 5_000)).toBeGreaterThan(0);
    expect(account.shortfall(START + 60_000 + WINDOW_MS + 2_000)).toBe(0);
    expect(account.all(START + 60_000 + WINDOW_MS + 2_000)).toEqual({ total: 0, failed: 0 });
  });

  it('does not try to hide an injected spike', () => {
    const account = createFailureAccount();
    account.add(START, { failed: false }, 100);
    account.add(START, { failed: true, spike: true }, 12);
    expect(account.shortfall(START)).toBe(0);
    expect(account.all(START)).toEqual({ total: 112, failed: 12 });
  });

  it.each([1, 7, 60])('keeps a day with faults at speed %i below the alarm in every window', (speed) => {
    const account = createFailureAccount();
    const labels: Label[] = [];
    const pacing = createPacing(createRandom(speed));
    const auto = createAutoFaults({ random: createRandom(speed + 1), account, labels: () => labels, startedAt: 0 });
    auto.reschedule(0, speed);
    const rows: { at: number; failed: boolean }[] = [];
    const write = (at: number, failed: boolean, count = 1) => {
      account.add(at, { failed }, count);
      for (let row = 0; row < count; row += 1) rows.push({ at, failed });
    };
    const honest = createRandom(speed + 2);
    const hours = speed === 60 ? 1 : 24;
    let faults = 0;
    for (let now = 0; now < hours * 3_600_000; now += 1_000) {
      const at = START + now;
      write(at, false, account.shortfall(at));
      const kind = auto.due(now, at);
      if (kind !== undefined && kind !== 'failure_spike') {
        faults += 1;
        const failures = kind === 'consecutive_failures' ? 5 : kind === 'deduction_on_failure' ? 1 : 0;
        write(at, false, account.shortfall(at, failures));
        write(at, true, failures);
      }
      for (let visitor = pacing.advance(1_000, speed); visitor > 0; visitor -= 1) {
        write(at, honest.chance(0.008) && account.hasRoom(at, 1, 0.018));
      }
    }
    expect(faults).toBeGreaterThan(speed === 60 ? 100 : 300);
    expect(rows.filter((row) => row.failed).length).toBeGreaterThan(20);
    expect(highestShare(rows)).toBeLessThanOrEqual(0.05);
  });
});

describe('automatic faults', () => {
  const timesAt = (speed: number, hours: number): number[] => {
    const account = createFailureAccount();
    const auto = createAutoFaults({ random: createRandom(5), account, labels: () => [], startedAt: 0 });
    auto.reschedule(0, speed);
    const times: number[] = [];
    for (let now = 0; now < hours * 3_600_000; now += 100)
      if (auto.due(now, START + now) !== undefined) times.push(now);
    return times;
  };
  const gaps = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

  it('start within twenty seconds', () => {
    expect(timesAt(1, 1)[0]).toBeLessThan(20_000);
  });

  it('come every two to four minutes at speed 1', () => {
    for (const gap of gaps(timesAt(1, 10))) {
      expect(gap).toBeGreaterThanOrEqual(120_000);
      expect(gap).toBeLessThanOrEqual(240_200);
    }
  });

  it('leave twenty seconds at any speed, however often it changes', () => {
    for (const gap of gaps(timesAt(600, 1))) expect(gap).toBeGreaterThanOrEqual(20_000);
    const auto = createAutoFaults({
      ...{ random: createRandom(5), account: createFailureAccount(), labels: () => [], startedAt: 0 },
    });
    const times: number[] = [];
    for (let now = 0; now < 3_600_000; now += 100) {
      if (now % 1_000 === 0) auto.reschedule(now, now % 3_000 === 0 ? 600 : 1);
      if (auto.due(now, START + now) !== undefined) times.push(now);
    }
    for (const gap of gaps(times)) expect(gap).toBeGreaterThanOrEqual(20_000);
  });
});

/** The highest share of failed rows in any 15 minutes that end at a row and hold more than 10. */
const highestShare = (rows: readonly { at: number; failed: boolean }[]): number => {
  let from = 0;
  let failed = 0;
  let highest = 0;
  rows.forEach((row, index) => {
    if (row.failed) failed += 1;
    while ((rows[from]?.at ?? row.at) <= row.at - WINDOW_MS) {
      if (rows[from]?.failed) failed -= 1;
      from += 1;
    }
    // Rows of one instant are read together.
    if (rows[index + 1]?.at === row.at) return;
    const total = index - from + 1;
    if (total > 10) highest = Math.max(highest, failed / total);
  });
  return highest;
};
