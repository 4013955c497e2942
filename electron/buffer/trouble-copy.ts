import { z } from 'zod';
import { type Channel, channelSchema } from '../../shared/domain/escalation.ts';
import { instantSchema } from '../../shared/domain/primitives.ts';
import { rowIdSchema } from '../../shared/domain/row-id.ts';
import { troubleFactsSchema, troubleKindSchema } from '../../shared/domain/troubles.ts';
import type { Buffer } from './buffer.ts';

/** A trouble as this laptop has noticed it. Instants are the festival's, as far as its clock is known here. */
const noticedSchema = z.object({
  operationId: z.uuid(),
  kind: troubleKindSchema,
  subject: z.string(),
  facts: troubleFactsSchema,
  startedAt: instantSchema,
  raisedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** It is an alert of this laptop alone: the festival's database could not be told in time. */
  local: z.boolean(),
  acknowledged: z.object({ by: z.string(), at: instantSchema, until: instantSchema }).nullable(),
  /** When it called again: an acknowledgement had ended. */
  recalledAt: instantSchema.nullable(),
  /** Its alert in the festival's database, once that has it. */
  eventId: rowIdSchema.nullable(),
});
export type Noticed = z.infer<typeof noticedSchema> & {
  /** By which its alert on this laptop is numbered. */
  readonly number: number;
};

const messageRow = z.object({
  message_id: z.string(),
  operation_id: z.string(),
  called_at: z.string(),
  contact: z.string(),
  channel: channelSchema,
  at: z.string(),
  state: z.enum(['sending', 'sent', 'again', 'failed', 'unknown']),
  attempts: z.int(),
  reason: z.string().nullable(),
});
/** A message about a trouble that this laptop sends by itself. */
export type TroubleMessage = {
  readonly messageId: string;
  readonly operationId: string;
  readonly calledAt: string;
  readonly contact: string;
  readonly channel: Channel;
  readonly at: string;
};
export type SentMessage = TroubleMessage & {
  readonly state: 'sending' | 'sent' | 'again' | 'failed' | 'unknown';
  readonly attempts: number;
  readonly reason: string | null;
};

/** What this laptop has noticed and the festival's database does not have with its end yet. */
export type TroubleCopy = {
  all(): Noticed[];
  /** @returns with its number */
  add(trouble: Omit<Noticed, 'number'>): Noticed;
  put(trouble: Noticed): void;
  /** With its messages. */
  remove(operationId: string): void;
  messages(operationId: string): SentMessage[];
  /** @returns whether it is this call's to send; false where it was sent, or is being sent, already */
  claim(message: TroubleMessage): boolean;
  endMessage(messageId: string, state: SentMessage['state'], reason: string | null): void;
};

const noticedRow = z
  .object({ number: z.int(), trouble: z.string() })
  .transform(({ number, trouble }): Noticed => ({ ...noticedSchema.parse(JSON.parse(trouble)), number }));

export const createTroubleCopy = (buffer: Buffer): TroubleCopy => {
  const selectAll = buffer.prepare('select number, trouble from troubles order by number');
  const insert = buffer.prepare('insert into troubles (operation_id, trouble) values (?, ?) returning number');
  const update = buffer.prepare('update troubles set trouble = ? where operation_id = ?');
  const remove = buffer.prepare('delete from troubles where operation_id = ?');
  const removeMessages = buffer.prepare('delete from trouble_messages where operation_id = ?');
  const selectMessages = buffer.prepare(
    'select * from trouble_messages where operation_id = ? order by at, message_id',
  );
  const claim = buffer.prepare(`
    insert into trouble_messages (message_id, operation_id, called_at, contact, channel, at)
    values (@messageId, @operationId, @calledAt, @contact, @channel, @at)
    on conflict (operation_id, called_at, contact, channel)
      do update set state = 'sending', attempts = attempts + 1, at = excluded.at where state = 'again'`);
  const end = buffer.prepare('update trouble_messages set state = ?, reason = ? where message_id = ?');
  const textOf = ({ number: _, ...trouble }: Noticed): string => JSON.stringify(trouble);
  return {
    all: () => z.array(noticedRow).parse(selectAll.all()),
    add: (trouble) => {
      const { number } = z.object({ number: z.int() }).parse(insert.get(trouble.operationId, JSON.stringify(trouble)));
      return { ...trouble, number };
    },
    put: (trouble) => {
      update.run(textOf(trouble), trouble.operationId);
    },
    remove: buffer.transaction((operationId: string) => {
      removeMessages.run(operationId);
      remove.run(operationId);
    }),
    messages: (operationId) =>
      z
        .array(messageRow)
        .parse(selectMessages.all(operationId))
        .map(({ message_id: messageId, operation_id, called_at: calledAt, ...row }) => ({
          ...{ messageId, operationId: operation_id, calledAt },
          ...row,
        })),
    claim: (message) => claim.run(message).changes > 0,
    endMessage: (messageId, state, reason) => {
      end.run(state, reason, messageId);
    },
  };
};
