import { expect, it } from 'vitest';
import { type HistoryFilter, WHOLE_HISTORY } from '../../../shared/contract/history.ts';
import { cents } from '../../../shared/domain/money.ts';
import { filterOf, queryOf } from './filter.ts';

it('an address keeps what is asked for', () => {
  const filter: HistoryFilter = {
    ...{ words: 'double & charge #12', from: '2026-07-03T18:00:00Z', until: '2026-07-04T04:00:00Z' },
    ...{ detector: 'duplicate_charge', severity: 'HIGH', status: 'RESOLVED', operator: 'Noé', card: 'a/b #?%' },
    ...{ least: cents(1_250), most: cents(-500), place: 'Bar 3' },
  };
  expect(filterOf(queryOf(filter))).toEqual({ filter, unread: [] });
  expect(queryOf(WHOLE_HISTORY)).toBe('');
});

it('what an address says that nobody can read is left out, and said', () => {
  const { filter, unread } = filterOf(
    `from=yesterday&until=2026-99-99T00:00:00Z&severity=WORST&least=NaN&most=1e9&nonsense=1&card=${'x'.repeat(12_000)}&words=%00&status=RESOLVED&place=%ff`,
  );
  expect(filter).toEqual({ ...WHOLE_HISTORY, status: 'RESOLVED', place: '\ufffd' });
  expect(unread).toEqual(['from', 'until', 'severity', 'least', 'most', 'nonsense', 'card', 'words']);
});
