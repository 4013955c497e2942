import { v7 as uuid } from 'uuid';
import { answered, failed } from '../../shared/contract/errors.ts';
import type { escalationCalls } from '../../shared/contract/escalation.ts';
import { escalationViewSchema } from '../../shared/domain/escalation.ts';
import { sendVia } from '../operations/escalation/channels.ts';
import { readDeliveries } from '../operations/escalation/deliveries.ts';
import { letterheadFor, testMessage } from '../operations/escalation/message.ts';
import { NotSent, reasonFor } from '../operations/escalation/not-sent.ts';
import { readEscalationView } from '../operations/escalation/settings.ts';
import { readFestivalSettings } from '../operations/festival/festival-settings.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';
import { submitNow } from './submit.ts';

export const escalationHandlers = (parts: Parts): HandlersOf<typeof escalationCalls> => ({
  'escalation.get': () => answered(parts.festival().cache.get('escalation', escalationViewSchema) ?? null),
  'escalation.look': () =>
    whenReachable(parts, async () => {
      const { database, cache } = parts.festival();
      const view = await database.read(readEscalationView);
      cache.set('escalation', view);
      return answered(view);
    }),
  'escalation.deliveries': () =>
    whenReachable(parts, async () => answered({ deliveries: await parts.festival().database.read(readDeliveries) })),
  'escalation.test': ({ contact: id, channel }) =>
    whenReachable(parts, async () => {
      const signatory = parts.session.signatory();
      if (signatory === null) return failed('not_signed_in');
      const ordered = await submitNow(parts, signatory, {
        name: 'escalation.orderTest',
        input: { operationId: uuid(), contact: id, channel },
      });
      if (!ordered.ok) return ordered;
      const { database, channels } = parts.festival();
      const read = await channels.read();
      if (!read.ok) return read;
      const settings = read.value;
      const festival = await database.read(readFestivalSettings);
      const contact = settings.contacts.find((one) => one.id === id);
      if (contact === undefined) return failed('not_found');
      try {
        const { operator } = signatory.author;
        const message = testMessage(uuid(), { channel, operator, head: letterheadFor(contact, festival) });
        await sendVia(channel, { settings, contact, message });
        return answered({});
      } catch (error) {
        const { code, detail } = reasonFor(error);
        return failed(error instanceof NotSent ? 'channel_failed' : 'channel_unconfirmed', { unsent: code, detail });
      }
    }),
});
