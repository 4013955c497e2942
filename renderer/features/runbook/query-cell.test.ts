import { beforeAll, describe, expect, it } from 'vitest';
import { i18n } from '../../i18n.ts';
import { cellText, columnName } from './query-cell.ts';

beforeAll(async () => {
  const { texts } = await import('../../../shared/i18n/index.ts');
  i18n.addResourceBundle('en', 'translation', texts('en'));
});

describe('a result of a query', () => {
  it('names the columns that every festival has, and leaves those that somebody made up', () => {
    expect([columnName('amount_involved'), columnName('new_balance'), columnName('my_own')]).toEqual([
      'Amount',
      'After',
      'my_own',
    ]);
  });

  it('writes money and words of the log as people do, and shows anything else as it is', () => {
    expect(cellText('amount_involved', '13.00')).toEqual({ text: '€13.00', as: 'number' });
    expect(cellText('discrepancy', -5)).toEqual({ text: '−€5.00', as: 'number' });
    expect(cellText('amount_involved', 'NaN')).toEqual({ text: 'NaN', as: 'raw' });
    expect(cellText('transaction_type', 'bar_order')).toEqual({ text: 'Order', as: 'plain' });
    expect(cellText('transaction_type', 'bar_ordre')).toEqual({ text: 'bar_ordre', as: 'raw' });
    expect(cellText('my_own', '13.00')).toEqual({ text: '13.00', as: 'raw' });
    expect(cellText('my_own', null)).toEqual({ text: '–', as: 'raw' });
    expect(cellText('timestamp', '2026-07-03T21:04:05.123456Z').text).toMatch(/:04:05/);
  });
});
