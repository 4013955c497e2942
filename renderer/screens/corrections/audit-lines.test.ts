import { beforeAll, describe, expect, it } from 'vitest';
import { i18n, loadLanguage } from '../../i18n.ts';
import { auditLines } from './audit-lines.ts';

beforeAll(async () => {
  await Promise.all([loadLanguage('en'), loadLanguage('fr')]);
  await i18n.changeLanguage('en');
});

const said = {
  ...{ kind: 'restore_card', card_delta: '12.50', ledger_delta: '-3.00', card_after: '27.50', reason: 'ok' },
  ...{ event_id: '13', closed_events: ['13', '23'], approver: null, transaction_id: 'ad14382a-0541' },
};
const lines = (data: unknown) => auditLines(JSON.stringify(data, null, 4))?.map(({ name, text }) => `${name}: ${text}`);

describe('what a row of the audit trail says', () => {
  it('is written as it is elsewhere, all of it', () => {
    expect(lines(said)).toEqual([
      'Kind: Card restored',
      ...['On the card: +€12.50', 'In the history: −€3.00', 'On the card, after: €27.50', 'Reason: ok'],
      ...['Alert: #13', 'Closed alerts: #13, #23', 'Approved by: –', 'Transaction: ad14382a-0541'],
    ]);
  });

  it('is in the language of the screen', async () => {
    await i18n.changeLanguage('fr');
    expect(lines(said)?.[1]).toMatch(/^Sur la carte: \+12,50\s€$/);
    await i18n.changeLanguage('en');
  });

  it('stands as it is where nobody knows it', () => {
    expect(lines({ odd: { of: ['it'] }, card_delta: 'much', empty: '' })).toEqual([
      'odd: {"of":["it"]}',
      'On the card: much',
      'empty: “”',
    ]);
  });

  it('is no list of lines where one would leave something out', () => {
    expect(auditLines('{"card": "04A')).toBeNull();
    expect(auditLines('["04A"]')).toBeNull();
    expect(auditLines('{"id": 12345678901234567890}')).toBeNull();
    expect(auditLines('{"reason": ": 12345678901234567890"}')).toHaveLength(1);
  });
});
