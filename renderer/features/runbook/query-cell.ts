import { parseCents } from '../../../shared/domain/money.ts';
import { isTime } from '../../clock.ts';
import { formatMoney, formatTime, i18n } from '../../i18n.ts';

/** What the festival's own columns hold; those that somebody has made up are shown as they are. */
const MONEY = new Set([
  ...['amount_involved', 'affected_amount', 'previous_balance', 'new_balance', 'actual_balance'],
  ...['expected_balance', 'balance_before_it', 'discrepancy'],
]);
const WORDS: Readonly<Record<string, string>> = {
  transaction_type: 'card.type_',
  status: 'card.status_',
  severity: 'board.',
};
const AMOUNT = /^-?\d{1,12}(\.\d{1,2})?$/;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/;

/** Figures stand right, under their heading. */
export const isMoney = (column: string): boolean => MONEY.has(column);

/** The heading of a column, in words where it is one that every festival has. */
export const columnName = (column: string): string => i18n.t(`runbook.column_${column}`, { defaultValue: column });

const raw = (value: unknown): string =>
  value === null ? '–' : value === '' ? '“”' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** A value as people write it: money, a time in the festival's zone, a word of the log. `as` says how it is set. */
export const cellText = (column: string, value: unknown): { text: string; as: 'plain' | 'number' | 'raw' } => {
  const text = raw(value);
  if (isMoney(column) && AMOUNT.test(text)) return { text: formatMoney(parseCents(text)), as: 'number' };
  if (INSTANT.test(text) && isTime(text)) return { text: formatTime(text, { seconds: true }), as: 'plain' };
  const word = `${WORDS[column]}${text}`;
  if (WORDS[column] !== undefined && i18n.exists(word)) return { text: i18n.t(word), as: 'plain' };
  return { text, as: 'raw' };
};
