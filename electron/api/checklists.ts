import type { checklistCalls } from '../../shared/contract/checklists.ts';
import { answered } from '../../shared/contract/errors.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const checklistHandlers = (parts: Parts): HandlersOf<typeof checklistCalls> => ({
  'checklists.get': () => {
    const { runs, values, times, at } = parts.festival().checklists.view();
    return answered({
      ...{
        lists: parts.checklists.list(),
        problems: [...parts.checklists.problems()],
        folder: parts.checklists.folder,
      },
      ...{ runs: [...runs], values: [...values], times, at },
    });
  },
  'checklists.reload': async () => {
    await parts.checklists.reload();
    return answered({});
  },
});
