import { z } from 'zod';
import { parseCents } from '../../../shared/domain/money.ts';
import { isTime } from '../../clock.ts';
import { formatMoney, formatTime, i18n } from '../../i18n.ts';
import { visibleText } from '../../visible-text.ts';
import { kindName } from './kind-name.ts';

/** `as`: how it is set. */
export type AuditLine = { readonly name: string; readonly text: string; readonly as: 'words' | 'code' };

const SIGNED = new Set(['card_delta', 'ledger_delta']);
const MONEY = new Set([...SIGNED, 'card_before', 'card_after', 'expected_before', 'expected_after']);
const AMOUNT = /^-?\d{1,12}(\.\d{1,2})?$/;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/;
/** A number that a double does not hold to its last digit. */
const LONG_NUMBER = /[[,:]\s*-?\d[\d.eE+-]{15,}/;

/** Where a text is no JSON, the last one ends with it: nothing is looked for twice. */
const STRINGS = /"(?:\\.|[^"\\])*"?/gs;

const said = z.record(z.string(), z.json());

const textOf = (name: string, value: unknown): Omit<AuditLine, 'name'> => {
  if (value === null || value === '') return { text: value === null ? '–' : '“”', as: 'words' };
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number')) {
    return { text: value.length === 0 ? '–' : value.map((one) => textOf(name, one).text).join(', '), as: 'words' };
  }
  if (typeof value === 'object') return { text: visibleText(JSON.stringify(value)), as: 'code' };
  const text = String(value);
  if (MONEY.has(name) && AMOUNT.test(text))
    return { text: formatMoney(parseCents(text), { signed: SIGNED.has(name) }), as: 'words' };
  if (name === 'kind') return { text: kindName(text), as: 'words' };
  if (name === 'event_id' || name === 'closed_events') return { text: `#${visibleText(text)}`, as: 'words' };
  if (INSTANT.test(text) && isTime(text)) return { text: formatTime(text, { seconds: true }), as: 'words' };
  // Two words and more are somebody's; one is an id, or what a program calls it.
  return { text: visibleText(text), as: name === 'reason' || /\s/.test(text) ? 'words' : 'code' };
};

/**
 * What a row of the audit trail says, a line for each thing, as it is written elsewhere; a name that nobody knows stands as it is.
 * @returns null where only the text as it stands is all of it: no object, cut off, or with numbers that would be rounded
 */
export const auditLines = (data: string): AuditLine[] | null => {
  let read: unknown;
  try {
    read = JSON.parse(data);
  } catch {
    return null;
  }
  const rows = said.safeParse(read);
  if (!rows.success || LONG_NUMBER.test(data.replace(STRINGS, '""'))) return null;
  return Object.entries(rows.data).map(([name, value]) => ({
    name: i18n.t(`register.said_${name}`, { defaultValue: visibleText(name) }),
    ...textOf(name, value),
  }));
};
