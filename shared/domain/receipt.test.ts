import { describe, expect, it } from 'vitest';
import { receiptLines } from '../i18n/receipt-lines.ts';
import { cents } from './money.ts';
import type { Receipt } from './receipt.ts';
import { maskedAddress, receiptNumber, receiptRow } from './receipt.ts';
import { rowId } from './row-id.ts';

const receipt: Receipt = {
  operationId: '0197e0a0-0000-7000-8000-000000000001',
  logId: rowId(7),
  transactionId: '275c2acb-df11-40cb-a908-b3a2a51bcdaa',
  cardId: '04AA',
  eventId: rowId(3),
  kind: 'restore_card',
  cardDeltaCents: cents(6_000),
  ledgerDeltaCents: cents(0),
  cardAfterCents: cents(7_000),
  reason: 'taken by a failed order',
  operator: 'Léa',
  approver: 'Noé',
  at: '2026-07-03T21:04:05.123456Z',
  undoes: null,
  undone: false,
};
const where = { timeZone: 'Europe/Paris', festival: 'Les Eaux' };
const spaced = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('the number of a receipt', () => {
  it('leads back to its row, however it is typed', () => {
    expect(receiptNumber(receipt.logId)).toBe('R-7');
    for (const typed of ['R-7', ' r7', 'R 7 ', 'r - 7']) expect(receiptRow(typed)).toBe('7');
    for (const id of ['7301234567890123457', '-7']) expect(receiptRow(receiptNumber(rowId(id)))).toBe(id);
  });

  it('is not taken for a card, nor a card for it', () => {
    for (const typed of ['', '7', 'R-07', 'R-7A', '04A1', 'runbook 7']) expect(receiptRow(typed)).toBeNull();
  });
});

describe('a receipt', () => {
  it('says amount, card, reason, time, number, who and on whose approval, in the visitor’s language', () => {
    const { title, lines } = receiptLines(receipt, { ...where, language: 'fr' });
    expect(title).toBe('Reçu d’une correction');
    const said = Object.fromEntries(lines.map(([label, value]) => [label, spaced(value)]));
    expect(said).toMatchObject({
      Montant: '+60,00 €',
      'Votre carte contient': '70,00 €',
      Carte: '04AA',
      Motif: 'taken by a failed order',
      'Corrigé par': 'Léa',
      'Approuvé par': 'Noé',
      Numéro: 'R-7',
    });
    expect(said.Date).toContain('3 juillet 2026');
    expect(said.Date).toContain('23:04');
  });

  it('names no second person where there was none, and the amount in the history where the card stayed', () => {
    const history = { ...receipt, approver: null, cardDeltaCents: cents(0), ledgerDeltaCents: cents(-250) };
    const { lines } = receiptLines(history, { ...where, language: 'en' });
    expect(lines[0]).toEqual(['Amount', '−€2.50']);
    expect(lines.map(([label]) => label)).not.toContain('Approved by');
  });
});

describe('an address on the audit trail', () => {
  it('can be recognised and not written to', () => {
    expect(maskedAddress('email', 'visitor@example.org')).toBe('v…@example.org');
    expect(maskedAddress('sms', '+33612345678')).toBe('+33…78');
  });
});
