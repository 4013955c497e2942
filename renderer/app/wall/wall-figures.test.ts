import { describe, expect, it } from 'vitest';
import { rowId } from '../../../shared/domain/row-id.ts';
import { anAlert, anEvent } from '../../../shared/testing/alerts.ts';
import { FROZEN_MS, frozenSince, wallAlerts } from './wall-figures.ts';

const at = (second: number): string => new Date(Date.parse('2026-07-03T20:00:00.000Z') + second * 1_000).toISOString();
const ms = (second: number): number => Date.parse(at(second));

describe('the alerts of the wall', () => {
  it('are counted by severity; the oldest that nobody has is named, whatever its severity', () => {
    const alerts = [
      anAlert(anEvent({ eventId: rowId(1), severity: 'CRITICAL', detectedAt: at(0), acknowledgedBy: 'Léa' })),
      anAlert(anEvent({ eventId: rowId(2), severity: 'LOW', detectedAt: at(1) })),
      anAlert(anEvent({ eventId: rowId(3), severity: 'CRITICAL', detectedAt: at(2) })),
      anAlert(anEvent({ eventId: rowId(4), severity: 'HIGH', detectedAt: at(-9), status: 'RESOLVED' }), []),
    ].map((alert, index) => (index === 3 ? { ...alert, open: false } : alert));
    const { counts, oldestUnowned } = wallAlerts(new Map(alerts.map((alert) => [alert.lead.eventId, alert])));
    expect(counts).toEqual({ CRITICAL: 2, HIGH: 0, MEDIUM: 0, LOW: 1, INFO: 0 });
    expect(oldestUnowned?.lead.eventId).toBe('2');
  });
});

describe('a wall', () => {
  const now = ms(100);

  it('is frozen as soon as the oldest of its parts is too old', () => {
    expect(frozenSince([at(95), at(99)], { connected: true, now })).toBeNull();
    expect(frozenSince([at(95), at(99 - FROZEN_MS / 1_000)], { connected: true, now })).toBe(
      at(99 - FROZEN_MS / 1_000),
    );
  });

  it('is frozen at once without its core, and while a part has never come', () => {
    expect(frozenSince([at(95), at(99)], { connected: false, now })).toBe(at(95));
    expect(frozenSince([null, at(99)], { connected: true, now })).toBe('never');
  });
});
