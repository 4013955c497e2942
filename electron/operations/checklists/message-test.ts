import { z } from 'zod';
import type { Channel, Contact, EscalationSettings } from '../../../shared/domain/escalation.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { sendVia } from '../escalation/channels.ts';
import { letterheadFor, testMessage } from '../escalation/message.ts';
import { NotSent, reasonFor } from '../escalation/not-sent.ts';
import { readFestivalSettings } from '../festival/festival-settings.ts';

const drawnRow = z.object({ code: z.string().nullable() });

/**
 * Sends a message that was ordered, with the code that the festival's database draws for it: no other laptop gets it, and
 * this one keeps it nowhere. @returns why it was not sent, or null
 */
export const sendTest = async (
  database: FestivalDatabase,
  test: { testId: string; channel: Channel; contact: Contact; settings: EscalationSettings; operator: string },
): Promise<{
  code: 'channel_failed' | 'channel_unconfirmed' | 'test_drawn';
  unsent: string;
  detail: string;
} | null> => {
  const { testId, channel, contact, settings, operator } = test;
  const festival = await database.read(readFestivalSettings);
  const { code } = await database.write((tx) =>
    tx.row(drawnRow, sql`/* regie:checklists */ select console.draw_test_code(${testId}::uuid) as code`),
  );
  if (code === null) return { code: 'test_drawn', unsent: '', detail: '' };
  const end = (state: 'sent' | 'failed' | 'unknown', reason: object | null): Promise<unknown> =>
    database.write((tx) =>
      tx.run(sql`/* regie:checklists */
        select console.end_message_test(${testId}::uuid, ${state}, ${reason === null ? null : JSON.stringify(reason)}::jsonb)`),
    );
  try {
    const head = letterheadFor(contact, festival);
    await sendVia(channel, { settings, contact, message: testMessage(testId, { channel, operator, head, code }) });
  } catch (error) {
    const reason = reasonFor(error);
    const certain = error instanceof NotSent;
    await end(certain ? 'failed' : 'unknown', reason);
    return { code: certain ? 'channel_failed' : 'channel_unconfirmed', unsent: reason.code, detail: reason.detail };
  }
  await end('sent', null);
  return null;
};
