import { v7 as uuid } from 'uuid';
import { isCallName } from '../../shared/contract/calls.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import type { outboxCalls } from '../../shared/contract/outbox.ts';
import { needsStepUp } from '../../shared/contract/rights.ts';
import { keyFor } from '../operations/operators/signed.ts';
import { signCommand } from '../operations/registry.ts';
import { readOutboxFile, writeOutboxFile } from '../outbox/export-file.ts';
import { outboxView } from '../outbox/outbox-view.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const outboxHandlers = (parts: Parts): HandlersOf<typeof outboxCalls> => ({
  'outbox.get': () => answered(outboxView(parts.festival().outbox)),
  'outbox.retry': async ({ operationId }) => {
    const signatory = parts.session.signatory();
    if (signatory === null) return failed('not_signed_in');
    const command = parts.festival().outbox.find(operationId)?.command;
    if (command !== undefined && isCallName(command) && needsStepUp(command) && signatory.sessionKey === null) {
      return failed('step_up_required', { name: signatory.author.operator });
    }
    const resubmitted = await parts.festival().sender.resubmit(operationId, {
      operationId: uuid(),
      author: signatory.author,
      sign: (command) => signCommand(command, keyFor(signatory, command.name)),
    });
    return resubmitted.ok ? answered({}) : resubmitted;
  },
  'outbox.seen': ({ operationId }) => {
    parts.festival().sender.markSeen(operationId, parts.session.operator() ?? '');
    return answered({});
  },
  'outbox.export': async ({ passphrase }) => {
    const { outbox, festivalId } = parts.festival();
    const id = festivalId();
    if (id === undefined) return failed('never_connected');
    const commands = outbox.unsettled();
    const writtenAt = new Date(parts.clock.now()).toISOString();
    const { laptop } = parts.session.get();
    const content = await writeOutboxFile({ commands, festivalId: id, laptop, writtenAt, passphrase });
    const fileName = `regie-${laptop}-${writtenAt.slice(0, 19).replace(/:/g, '')}.age`.replace(/ /g, '-');
    return answered({ fileName, content, commands: commands.length });
  },
  'outbox.import': async ({ content, passphrase }) => {
    const { sender, festivalId } = parts.festival();
    const id = festivalId();
    if (id === undefined) return failed('never_connected');
    const carried = await readOutboxFile({ content, festivalId: id, passphrase });
    if (!carried.ok) return carried;
    const added = carried.value.filter((command) => sender.adopt(command)).length;
    return answered({ added, known: carried.value.length - added });
  },
});
