import { describe, expect, it } from 'vitest';
import type { HealthSnapshot, Pulse } from '../../../../shared/contract/overview.ts';
import { ZERO } from '../../../../shared/domain/money.ts';
import { curvesOf, hoursOf, metricsOf } from './metrics.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-07-03T20:00:00.000Z');
const minute = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();
const snapshot = (minutes: number, some: Partial<HealthSnapshot> = {}): HealthSnapshot => ({
  ...{ at: minute(minutes), status: 'HEALTHY', successRate: 99.5, transactions: 100, averageMs: 20, detectionMs: 40 },
  ...{ openCritical: 0, responseMs: 3, onCardsCents: null },
  ...some,
});
const pulse: Pulse = {
  ...{ at: minute(0), perMinute: 0, recent: { total: 0, failed: 0 }, noAmount: 0, openCritical: 2 },
  hour: { takingsCents: ZERO, topUpsCents: ZERO },
  hourBefore: { takingsCents: ZERO, topUpsCents: ZERO },
  ...{ readers: [], places: [], readerCount: 0, placeCount: 0, lastDay: { total: 0, critical: 0, open: 0 } },
};
const metrics = (snapshots: readonly HealthSnapshot[]) =>
  Object.fromEntries(
    metricsOf({ curves: { at: minute(0), snapshots: [...snapshots] }, pulse }, null).map((one) => [one.id, one]),
  );

describe('the five figures', () => {
  it('have the band of the guide, that of the success rate with its way back', () => {
    const low = metrics([snapshot(0, { successRate: 97.9 }), snapshot(5, { successRate: 98.4 })]);
    expect(low.success).toMatchObject({ value: 98.4, band: 'warning', at: minute(5) });
    expect(low.detection).toMatchObject({ value: 0.04, band: 'normal' });
    expect(low.criticals).toMatchObject({ value: 2, band: 'warning' });
    expect(metrics([snapshot(5, { successRate: 98.4 })]).success).toMatchObject({ band: 'normal' });
    expect(metrics([snapshot(5, { status: 'CRITICAL' })]).status).toMatchObject({ value: 2, band: 'critical' });
  });

  it('are not judged where nothing was measured, or too little', () => {
    const few = metrics([snapshot(0, { successRate: 50, transactions: 4, status: 'UNKNOWN', detectionMs: null })]);
    expect(few.success).toMatchObject({ value: 50, band: null });
    expect(few.status).toMatchObject({ value: null, band: null });
    expect(few.detection).toMatchObject({ value: null, band: null });
    expect(metrics([]).success).toMatchObject({ value: null, band: null, at: null });
    expect(few.response).toMatchObject({ value: null, band: null });
  });
});

describe('a curve', () => {
  it('has a hole where no snapshot came for a while, and none where each came', () => {
    const { success } = curvesOf([snapshot(0), snapshot(5), snapshot(65), snapshot(70)]);
    expect(success.map(({ value }) => value)).toEqual([99.5, 99.5, null, 99.5, 99.5]);
  });

  it('has a table by the hour, the newest first, without hours in which nothing was measured', () => {
    const { success } = curvesOf([
      ...[snapshot(50, { successRate: 99 }), snapshot(55, { successRate: 97 }), snapshot(60, { successRate: 98 })],
      snapshot(185, { successRate: null }),
    ]);
    expect(hoursOf(success)).toEqual([
      { at: minute(60), low: 98, high: 98, last: 98, count: 1 },
      { at: minute(0), low: 97, high: 99, last: 97, count: 2 },
    ]);
  });
});
