import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import { moneyAmong } from './money-among.ts';

const anEntry = (command: string, input: OutboxEntry['input'] = {}): OutboxEntry => ({
  ...{ operationId: uuid(), command, input, state: 'rejected' as const, attempts: 0, incidentId: null, cardId: null },
  author: { operator: 'Léa', laptop: 'booth-1', at: '2026-07-03T21:00:00.000Z' },
  ...{ snapshot: {}, error: { code: 'lost_by_database', params: {} }, settledAt: null },
});
const by = (cardDeltaCents: number, ledgerDeltaCents: number) => ({ cardDeltaCents, ledgerDeltaCents });

it('finds the money among commands, onto cards and off them apart', () => {
  const all = [
    anEntry('alert.note', { text: 'seen' }),
    anEntry('correction.apply', by(500, 500)),
    anEntry('correction.apply', by(-200, -200)),
    // The card is right, and its ledger was not.
    anEntry('correction.apply', by(0, 150)),
    anEntry('correction.propose', by(7_500, 7_500)),
    anEntry('correction.proposeBulk', { items: [by(100, 100), by(-50, -50)] }),
    anEntry('correction.approve', { proposalId: uuid() }),
    anEntry('alert.take'),
  ];
  const { entries, ...sums } = moneyAmong(all);
  expect(entries.map(({ command }) => command)).toEqual([
    ...['correction.apply', 'correction.apply', 'correction.apply'],
    ...['correction.propose', 'correction.proposeBulk', 'correction.approve'],
  ]);
  expect(sums).toEqual({ onto: 8_250, off: 250, unknown: 1 });
});

it('says that there is none', () => {
  expect(moneyAmong([anEntry('alert.take')])).toEqual({ entries: [], onto: 0, off: 0, unknown: 0 });
});
