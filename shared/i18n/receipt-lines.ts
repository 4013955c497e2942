import { type Receipt, receiptAmount, receiptNumber } from '../domain/receipt.ts';
import { dateTimeText, moneyText } from './format.ts';
import type { Language } from './index.ts';
import { receiptTexts } from './receipt.ts';

/** The lines of a receipt in the visitor's language: a label and a value each. */
export const receiptLines = (
  receipt: Receipt,
  { language, timeZone, festival }: { language: Language; timeZone: string; festival: string },
): { title: string; festival: string; lines: readonly (readonly [string, string])[]; foot: string } => {
  const words = receiptTexts[language];
  const amount = receiptAmount(receipt);
  const kind = receipt.kind in KIND_WORDS ? words[KIND_WORDS[receipt.kind as keyof typeof KIND_WORDS]] : receipt.kind;
  return {
    title: words.title,
    festival,
    lines: [
      [words.amount, moneyText(amount, language, { signed: true })],
      [words.cardHolds, moneyText(receipt.cardAfterCents, language)],
      [words.card, receipt.cardId],
      [words.what, kind],
      [words.reason, receipt.reason],
      [words.time, dateTimeText(receipt.at, language, timeZone)],
      [words.by, receipt.operator],
      ...(receipt.approver === null ? [] : [[words.approvedBy, receipt.approver] as const]),
      [words.number, receiptNumber(receipt.logId)],
    ],
    foot: words.foot,
  };
};

const KIND_WORDS = {
  restore_card: 'kind_restore_card',
  record_missing: 'kind_record_missing',
  goodwill: 'kind_goodwill',
  opening_balance: 'kind_opening_balance',
  undo: 'kind_undo',
} as const;
