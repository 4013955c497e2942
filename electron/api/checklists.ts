import { v7 as uuid } from 'uuid';
import type { checklistCalls } from '../../shared/contract/checklists.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import { sendTest } from '../operations/checklists/message-test.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';
import { submitNow } from './submit.ts';

export const checklistHandlers = (parts: Parts): HandlersOf<typeof checklistCalls> => ({
  'checklists.get': () => {
    const { runs, values, tests, times, at } = parts.festival().checklists.view();
    return answered({
      ...{
        lists: parts.checklists.list(),
        problems: [...parts.checklists.problems()],
        folder: parts.checklists.folder,
      },
      ...{ runs: [...runs], values: [...values], tests: [...tests], times, at },
    });
  },
  'checklist.sendTest': (input) =>
    whenReachable(parts, async () => {
      const signatory = parts.session.signatory();
      if (signatory === null) return failed('not_signed_in');
      const testId = uuid();
      const ordered = await submitNow(parts, signatory, {
        name: 'checklist.orderTest',
        input: { operationId: testId, ...input },
      });
      if (!ordered.ok) return ordered;
      const { database, channels, checklists } = parts.festival();
      const read = await channels.read();
      if (!read.ok) return read;
      const contact = read.value.contacts.find(({ id }) => id === input.contact);
      if (contact === undefined) return failed('not_found');
      const { operator } = signatory.author;
      const problem = await sendTest(database, {
        ...{ testId, channel: input.channel, contact, settings: read.value, operator },
      });
      await checklists.refresh();
      if (problem === null) return answered({});
      const { code, unsent, detail } = problem;
      return failed(code, { unsent, detail });
    }),
  'checklist.confirmTest': (input) =>
    whenReachable(parts, async () => {
      const signatory = parts.session.signatory();
      if (signatory === null) return failed('not_signed_in');
      return submitNow(parts, signatory, { name: 'checklist.enterCode', input: { operationId: uuid(), ...input } });
    }),
  'checklists.reload': async () => {
    await parts.checklists.reload();
    return answered({});
  },
});
