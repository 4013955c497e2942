import { v7 as uuid } from 'uuid';
import type { correctionCalls } from '../../shared/contract/corrections.ts';
import { proposalsViewSchema } from '../../shared/contract/corrections.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import { maskedAddress } from '../../shared/domain/receipt.ts';
import { readAllowance } from '../operations/corrections/allowance.ts';
import { previewBulk } from '../operations/corrections/bulk-preview.ts';
import { readProposalItems } from '../operations/corrections/proposal-view.ts';
import { readReceipt, sendReceipt } from '../operations/corrections/receipt.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';
import { type Preparations, submitAs, submitNow } from './submit.ts';

export const correctionHandlers = (parts: Parts): HandlersOf<typeof correctionCalls> => ({
  'proposals.get': () => answered(parts.festival().cache.get('proposals', proposalsViewSchema) ?? null),
  'correction.approveByPin': (input) => whenReachable(parts, () => parts.auth.approveByPin(input)),
  'correction.allowance': ({ cardId }) =>
    whenReachable(parts, async () => {
      const signatory = parts.session.signatory();
      if (signatory === null) return failed('not_signed_in');
      const { operator } = signatory.author;
      return answered(await readAllowance(parts.festival().database, { cardId, operator }));
    }),
  'correction.preview': (input) =>
    whenReachable(parts, async () => answered(await previewBulk(parts.festival().database, input))),
  'proposal.items': ({ proposalId }) =>
    whenReachable(parts, async () =>
      answered({ items: await readProposalItems(parts.festival().database, proposalId) }),
    ),
  'receipt.look': ({ logId }) =>
    whenReachable(parts, async () => {
      const receipt = await readReceipt(parts.festival().database, logId);
      return receipt === undefined ? failed('not_found') : answered(receipt);
    }),
  'receipt.send': (input) =>
    whenReachable(parts, async () => {
      const { database, channels } = parts.festival();
      const signatory = parts.session.signatory();
      if (signatory === null) return failed('not_signed_in');
      const receipt = await readReceipt(database, input.logId);
      if (receipt === undefined) return failed('not_found');
      const { timeZone, festival } = parts.session.get();
      const { language, to } = input;
      const told = {
        ...{ correctionId: receipt.operationId, channel: to.channel, language },
        to: maskedAddress(to.channel, to.address),
      };
      // Of its own each time: the message keeps its id while somebody corrects the address.
      const order = { operationId: uuid(), ...told };
      const ordered = await submitNow(parts, signatory, { name: 'receipt.order', input: order });
      if (!ordered.ok) return ordered;
      const sent = await sendReceipt(channels, receipt, input, { timeZone, festival: festival.name });
      if (!sent.ok) return sent;
      // It is on its way to the visitor: that is recorded, whatever becomes of the network now.
      const recorded = await submitAs(parts, signatory, {
        name: 'receipt.sent',
        input: { operationId: uuid(), ...told },
      });
      return recorded.ok ? answered({}) : recorded;
    }),
});

export const prepareCorrections = (parts: Parts): Preparations => ({
  // Goes through the outbox, so that a lost answer does no harm, but only online, where the figures can be checked.
  'correction.approve': (input) => (parts.festival().reachable() ? answered(input) : failed('offline')),
});
