import { describe, expect, it } from 'vitest';
import { rowId } from '../shared/domain/row-id.ts';
import { anAlert, anEvent } from '../shared/testing/alerts.ts';
import { isAnnounced, staleAfter } from './query-events.ts';

const HISTORY = [['history.find'], ['history.count'], ['history.copy']];

describe('what an event makes stale', () => {
  it('is the detail of one incident, and of each that is gone as such', () => {
    expect(staleAfter({ event: 'detail', incidentId: rowId(7) })).toEqual([['alert.get', { incidentId: '7' }]]);
    expect(staleAfter({ event: 'alerts', changed: [], removed: [rowId(7), rowId(8)] })).toEqual([
      ...HISTORY,
      ['alert.get', { incidentId: '7' }],
      ['alert.get', { incidentId: '8' }],
      ['card.get'],
      ['card.look'],
    ]);
  });

  it('are the cards of alerts that changed, the linked ones too', () => {
    const alert = anAlert(anEvent({ cardId: '04AA' }), [anEvent({ eventId: rowId(2), cardId: '04BB' })]);
    expect(staleAfter({ event: 'alerts', changed: [alert], removed: [] })).toEqual([
      ...HISTORY,
      ['card.get', { cardId: '04AA' }],
      ['card.get', { cardId: '04BB' }],
      ['card.look', { cardId: '04AA' }],
      ['card.look', { cardId: '04BB' }],
    ]);
    expect(staleAfter({ event: 'alerts', changed: [anAlert(anEvent())], removed: [] })).toEqual(HISTORY);
  });

  it('is everything after a reload', () => {
    expect(staleAfter({ event: 'reload' })).toEqual([[]]);
  });
});

it('a card moves at the till without an event, so each new display asks again', () => {
  expect(isAnnounced('team.get')).toBe(true);
  expect(isAnnounced('card.get')).toBe(false);
  expect(isAnnounced('connection.get')).toBe(false);
});
