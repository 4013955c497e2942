import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { Severity } from '../../../shared/domain/severity.ts';
import { byUrgency } from '../../features/alert/by-urgency.ts';
import { fits, heldOrder, NO_FILTER } from './order.ts';

const anAlert = (
  incidentId: number,
  some: { severity?: Severity; acknowledgedBy?: string; dueAt?: string; open?: boolean } = {},
): Alert => ({
  incidentId,
  lead: {
    eventId: incidentId,
    eventType: 'transaction_failure',
    severity: some.severity ?? 'CRITICAL',
    status: 'OPEN',
    algorithm: 'balance_deduction_on_failure',
    cardId: '04AA',
    transactionId: null,
    amountCents: null,
    confidence: 1,
    facts: {},
    context: {},
    occurredAt: '2026-07-03T21:00:00Z',
    committedAt: null,
    detectedAt: '2026-07-03T21:00:00Z',
    shownAt: null,
    resolvedAt: null,
    resolutionNotes: null,
    acknowledgedAt: some.acknowledgedBy ? '2026-07-03T21:00:30Z' : null,
    acknowledgedBy: some.acknowledgedBy ?? null,
    acknowledgedUntil: null,
    snoozedUntil: null,
    recalledAt: null,
    takenAt: null,
    takenBy: null,
    takenOn: null,
    firstAcknowledgedAt: null,
    reopenedAt: null,
    placed: null,
    placedFrom: null,
    movedMoney: false,
    clearedAt: null,
    version: 1,
  },
  linked: [],
  linkedCount: 0,
  storm: null,
  open: some.open ?? true,
  dueAt: some.dueAt ?? '2026-07-03T21:02:00Z',
  resolveBy: null,
  movedMoney: false,
  algorithms: [],
  waiting: 0,
});
const order = (...alerts: Alert[]) => alerts.sort(byUrgency).map((alert) => alert.incidentId);

describe('the order of the board', () => {
  it('puts what nobody has acknowledged before a more severe alert that somebody has', () => {
    expect(order(anAlert(1, { acknowledgedBy: 'Léa' }), anAlert(2, { severity: 'LOW' }))).toEqual([2, 1]);
  });

  it('then goes by severity, then by what is due first', () => {
    expect(
      order(
        anAlert(1, { severity: 'HIGH' }),
        anAlert(2, { dueAt: '2026-07-03T21:09:00Z' }),
        anAlert(3, { dueAt: '2026-07-03T21:01:00Z' }),
      ),
    ).toEqual([3, 2, 1]);
  });

  it('puts closed alerts last', () => {
    expect(order(anAlert(1, { open: false }), anAlert(2, { severity: 'LOW' }))).toEqual([2, 1]);
  });
});

describe('the filters', () => {
  it('find a card by a part of the words that the row shows', () => {
    expect(fits(anAlert(1), { ...NO_FILTER, text: ' bar 3' }, null, 'Card 04AA at Bar 3')).toBe(true);
    expect(fits(anAlert(1), { ...NO_FILTER, text: 'bar 4' }, null, 'Card 04AA at Bar 3')).toBe(false);
  });

  it('show mine, and leave out closed ones unless asked', () => {
    expect(fits(anAlert(1, { acknowledgedBy: 'Léa' }), { ...NO_FILTER, mine: true }, 'Léa', '')).toBe(true);
    expect(fits(anAlert(1), { ...NO_FILTER, mine: true }, 'Léa', '')).toBe(false);
    expect(fits(anAlert(1, { open: false }), NO_FILTER, null, '')).toBe(false);
    expect(fits(anAlert(1, { open: false }), { ...NO_FILTER, closed: true }, null, '')).toBe(true);
  });
});

describe('a held list', () => {
  it('keeps every row in its place and counts what is new', () => {
    expect(heldOrder([3, 1, 2], [1, 2], true)).toEqual({ ids: [1, 2], hidden: 1 });
  });

  it('shows everything in its order once it is let go', () => {
    expect(heldOrder([3, 1, 2], [1, 2], false)).toEqual({ ids: [3, 1, 2], hidden: 0 });
  });
});
