import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/domain/alert.ts';
import { cents } from '../../shared/domain/money.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import { anAlert as alertOf, anEvent } from '../../shared/testing/alerts.ts';
import { notificationText } from './notification-text.ts';

const anAlert = (lead: Partial<Alert['lead']>): Alert =>
  alertOf(
    anEvent({
      ...{ eventId: rowId(7), eventType: 'transaction_failure', algorithm: 'balance_deduction_on_failure' },
      ...{ cardId: '04AA', amountCents: cents(1_550) },
      ...lead,
    }),
  );

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
