import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../shared/domain/alert.ts';
import { rowId } from '../../../shared/domain/row-id.ts';
import type { Severity } from '../../../shared/domain/severity.ts';
import { anAlert, anEvent } from '../../../shared/testing/alerts.ts';
import { byUrgency } from '../../features/alert/by-urgency.ts';
import { fits, heldOrder, NO_FILTER } from './order.ts';

const alertOf = (
  incidentId: number,
  some: { severity?: Severity; acknowledgedBy?: string; dueAt?: string; open?: boolean } = {},
): Alert =>
  anAlert(
    anEvent({
      eventId: rowId(incidentId),
      severity: some.severity ?? 'CRITICAL',
      acknowledgedAt: some.acknowledgedBy ? '2026-07-03T21:00:30Z' : null,
      acknowledgedBy: some.acknowledgedBy ?? null,
    }),
    [],
    { open: some.open ?? true, dueAt: some.dueAt ?? '2026-07-03T21:02:00Z' },
  );
const order = (...alerts: Alert[]) => alerts.sort(byUrgency).map((alert) => alert.incidentId);

describe('the order of the board', () => {
  it('puts what nobody has acknowledged before a more severe alert that somebody has', () => {
    expect(order(alertOf(1, { acknowledgedBy: 'Léa' }), alertOf(2, { severity: 'LOW' }))).toEqual(['2', '1']);
  });

  it('then goes by severity, then by what is due first', () => {
    expect(
      order(
        alertOf(1, { severity: 'HIGH' }),
        alertOf(2, { dueAt: '2026-07-03T21:09:00Z' }),
        alertOf(3, { dueAt: '2026-07-03T21:01:00Z' }),
      ),
    ).toEqual(['3', '2', '1']);
  });

  it('puts closed alerts last', () => {
    expect(order(alertOf(1, { open: false }), alertOf(2, { severity: 'LOW' }))).toEqual(['2', '1']);
  });
});

describe('the filters', () => {
  it('find a card by a part of the words that the row shows', () => {
    expect(fits(alertOf(1), { ...NO_FILTER, text: ' bar 3' }, null, 'Card 04AA at Bar 3')).toBe(true);
    expect(fits(alertOf(1), { ...NO_FILTER, text: 'bar 4' }, null, 'Card 04AA at Bar 3')).toBe(false);
  });

  it('show mine, and leave out closed ones unless asked', () => {
    expect(fits(alertOf(1, { acknowledgedBy: 'Léa' }), { ...NO_FILTER, mine: true }, 'Léa', '')).toBe(true);
    expect(fits(alertOf(1), { ...NO_FILTER, mine: true }, 'Léa', '')).toBe(false);
    expect(fits(alertOf(1, { open: false }), NO_FILTER, null, '')).toBe(false);
    expect(fits(alertOf(1, { open: false }), { ...NO_FILTER, closed: true }, null, '')).toBe(true);
  });
});

describe('a held list', () => {
  it('keeps every row in its place and counts what is new', () => {
    expect(heldOrder([3, 1, 2].map(rowId), [1, 2].map(rowId), true)).toEqual({ ids: ['1', '2'], hidden: 1 });
  });

  it('shows everything in its order once it is let go', () => {
    expect(heldOrder([3, 1, 2].map(rowId), [1, 2].map(rowId), false)).toEqual({ ids: ['3', '1', '2'], hidden: 0 });
  });
});
