import { expect, it } from 'vitest';
import { type RegisterFilter, WHOLE_REGISTER } from '../../../shared/contract/register.ts';
import { rowId } from '../../../shared/domain/row-id.ts';
import { filterOf, queryOf } from './filter.ts';

it('an address keeps which corrections are asked for, and says what of it nobody can read', () => {
  const filter: RegisterFilter = {
    ...{ words: 'à la caisse & more', from: '2026-07-03T18:00:00Z', until: null, kind: 'undo', person: 'Noé' },
    ...{ card: 'a/b #?%', place: 'Bar 3', alert: rowId(12), row: rowId('7301234567890123457') },
    ...{ id: '0190f5a2-0000-7000-8000-000000000001', undone: 'undone' },
  };
  expect(filterOf(queryOf(filter))).toEqual({ filter, unread: [] });
  expect(queryOf(WHOLE_REGISTER)).toBe('');
  expect(filterOf(`kind=theft&alert=x&row=1e9&id=1&from=now&card=${'x'.repeat(12_000)}&undone=undone&x=y`)).toEqual({
    filter: { ...WHOLE_REGISTER, undone: 'undone' },
    unread: ['kind', 'alert', 'row', 'id', 'from', 'card', 'x'],
  });
});
