import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/domain/alert.ts';
import { cents } from '../../shared/domain/money.ts';
import { notificationText } from './notification-text.ts';

const anAlert = (lead: Partial<Alert['lead']>): Alert => ({
  incidentId: 7,
  lead: {
    eventId: 7,
    eventType: 'transaction_failure',
    severity: 'CRITICAL',
    status: 'OPEN',
    algorithm: 'balance_deduction_on_failure',
    cardId: '04AA',
    transactionId: null,
    amountCents: cents(1_550),
    confidence: 1,
    facts: {},
    context: {},
    occurredAt: '2026-07-03T21:00:00Z',
    committedAt: null,
    shownAt: null,
    detectedAt: '2026-07-03T21:00:00Z',
    resolvedAt: null,
    resolutionNotes: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
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
    ...lead,
  },
  linked: [],
  linkedCount: 0,
  storm: null,
  open: true,
  dueAt: null,
  resolveBy: null,
  movedMoney: false,
  algorithms: [],
  waiting: 0,
});

describe('a notification', () => {
  it('names severity, fault, card and amount, in the operator’s language', () => {
    expect(notificationText(anAlert({}), 'en')).toEqual({
      title: 'Critical: Money taken by a failed order',
      body: '04AA · €15.50',
    });
    const french = notificationText(anAlert({}), 'fr');
    expect(french.title).toBe('Critique: Argent pris par une commande échouée');
    expect(french.body).toMatch(/^04AA · 15,50\s€$/u);
  });

  it('leaves out what an alert does not have', () => {
    expect(notificationText(anAlert({ cardId: null, amountCents: null }), 'en').body).toBe('');
  });

  it('names an alert of another monitoring system by its algorithm', () => {
    expect(notificationText(anAlert({ algorithm: 'their_own_check' }), 'en').title).toBe('Critical: their_own_check');
  });
});
