import { z } from 'zod';
import type { ParsedInput } from '../../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import type { Receipt } from '../../../shared/domain/receipt.ts';
import { receiptAmount } from '../../../shared/domain/receipt.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { moneyText } from '../../../shared/i18n/format.ts';
import { receiptLines } from '../../../shared/i18n/receipt-lines.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, rejected } from '../command/command-handler.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';
import type { SecretSettings } from '../escalation/channel-secrets.ts';
import { sendVia } from '../escalation/channels.ts';
import { NotSent, reasonFor } from '../escalation/not-sent.ts';

const receiptRow = z.object({
  operation_id: z.uuid(),
  log_id: idColumn,
  transaction_id: z.string(),
  card_id: z.string(),
  event_id: idColumn.nullable(),
  kind: z.string(),
  card_delta: centsColumn,
  ledger_delta: centsColumn,
  card_after: centsColumn,
  reason: z.string(),
  operator: z.string(),
  approver: z.string().nullable(),
  applied_at: instantColumn,
  undoes: z.uuid().nullable(),
  undone: z.boolean(),
});

/** The correction that wrote this row of the log; undefined where none did. */
export const readReceipt = (database: FestivalDatabase, logId: RowId): Promise<Receipt | undefined> =>
  database.read(async (tx) => {
    const row = await tx.maybeRow(
      receiptRow,
      sql`/* regie:receipt */
        select operation_id::text, log_id, result ->> 'transaction_id' as transaction_id, card_id, event_id, kind, card_delta,
          ledger_delta, result ->> 'card_after' as card_after, reason, operator, approver, applied_at, undoes::text,
          undone_by is not null as undone
        from console.corrections where log_id = ${logId}`,
    );
    return (
      row && {
        operationId: row.operation_id,
        logId: row.log_id,
        transactionId: row.transaction_id,
        cardId: row.card_id,
        eventId: row.event_id,
        kind: row.kind,
        cardDeltaCents: row.card_delta,
        ledgerDeltaCents: row.ledger_delta,
        cardAfterCents: row.card_after,
        reason: row.reason,
        operator: row.operator,
        approver: row.approver,
        at: row.applied_at,
        undoes: row.undoes,
        undone: row.undone,
      }
    );
  });

/** Sends a receipt through the channels of the escalation. Says clearly why it did not leave. */
export const sendReceipt = async (
  channels: Pick<SecretSettings, 'read'>,
  receipt: Receipt,
  { operationId, language, to }: ParsedInput<'receipt.send'>,
  where: { timeZone: string; festival: string },
): Promise<Answer<Record<string, never>>> => {
  const read = await channels.read();
  if (!read.ok) return read;
  const settings = read.value;
  if (to.channel === 'email' ? settings.smtp === null : settings.twilio === null) {
    return failed(`receipt_no_${to.channel}`);
  }
  const { title, festival, lines, foot } = receiptLines(receipt, { ...where, language });
  const amount = moneyText(receiptAmount(receipt), language);
  const text = [...lines.map(([label, value]) => `${label}: ${value}`), '', foot].join('\n');
  const message = {
    id: operationId,
    language,
    subject: `${title}: ${amount}${festival === '' ? '' : `, ${festival}`}`,
    text,
    spoken: text,
    facts: {},
  };
  const contact = {
    id: 'visitor',
    name: 'visitor',
    email: to.channel === 'email' ? to.address : '',
    phone: to.channel === 'sms' ? to.address : '',
  };
  try {
    await sendVia(to.channel, { settings, contact, message });
    return answered({});
  } catch (error) {
    const { code, detail } = reasonFor(error);
    return failed(error instanceof NotSent ? 'receipt_not_sent' : 'receipt_unknown', { unsent: code, detail });
  }
};

export const receiptCommands = {
  'receipt.order': async ({ correctionId, channel, to, language }, context) => {
    const found = await context.tx.maybeRow(
      z.object({ card_id: z.string() }),
      sql`/* regie:receipt */ select card_id from console.corrections where operation_id = ${correctionId}`,
    );
    if (found === undefined) return rejected('not_found');
    const data = { correction: correctionId, channel, to, language };
    await writeAudit(context, { action: 'receipt_ordered', subject: `card:${found.card_id}`, data });
    return applied();
  },
  'receipt.sent': async ({ correctionId, channel, to, language }, context) => {
    const found = await context.tx.maybeRow(
      z.object({ card_id: z.string(), event_id: idColumn.nullable() }),
      sql`/* regie:receipt */
        select card_id, (select event_id from public.monitoring_events e where e.event_id = c.event_id) as event_id
        from console.corrections c where operation_id = ${correctionId}`,
    );
    if (found === undefined) return rejected('not_found');
    const data = { correction: correctionId, channel, to, language };
    await writeAudit(context, { action: 'receipt_sent', subject: `card:${found.card_id}`, data });
    if (found.event_id !== null) {
      await writeTimeline(context, {
        eventId: found.event_id,
        kind: 'receipt_sent',
        data: { channel, contact: to },
      });
    }
    return applied();
  },
} satisfies Partial<CommandHandlers>;
