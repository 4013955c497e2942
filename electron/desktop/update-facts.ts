import type { RunbookRun } from '../../shared/domain/run.ts';
import type { Core } from '../core.ts';
import type { ClosingChoice } from '../manners/closing.ts';
import { installRefusal, type OpeningHours, openingHours } from '../manners/updates.ts';
import { ask, type ConsoleFacts } from './console-facts.ts';
import type { UpdateFacts } from './updates.ts';

/** What stands against an update, asked of the core. @param closing the question that closing asks */
export const factsForUpdates = (
  core: Core,
  facts: ConsoleFacts,
  closing: () => Promise<ClosingChoice>,
): UpdateFacts => {
  const hours = async (): Promise<OpeningHours> => {
    const { clockOffsetMs } = await facts.latestStatus();
    const answer = await ask(core, 'checklists.get', {}).catch(() => null);
    return openingHours(answer?.times ?? null, Date.now() + clockOffsetMs, facts.session().timeZone);
  };
  const runs = async (): Promise<number> => {
    const { operator, laptop } = facts.session();
    const isOwn = (run: RunbookRun): boolean =>
      run.finishedAt === null &&
      (run.startedBy === operator || [...run.steps, ...run.ticks].some((step) => step.laptop === laptop));
    const { runs: ofFestival } = await ask(core, 'runbooks.get', {});
    const { alerts } = await ask(core, 'board.get', { closed: false });
    const ofAlerts: RunbookRun[] = [];
    for (const { incidentId } of alerts) {
      // One that has been closed meanwhile has no run that goes on.
      const detail = await ask(core, 'alert.get', { incidentId }).catch(() => null);
      if (detail?.run) ofAlerts.push(detail.run);
    }
    return [...ofFestival, ...ofAlerts].filter(isOwn).length;
  };
  return {
    hours,
    work: async () => {
      const known = { hours: await hours(), waiting: (await facts.latestStatus()).waiting, runs: 0 };
      // Each alert is asked for its run: not where the answer is known already.
      return installRefusal(known) === null ? { ...known, runs: await runs() } : known;
    },
    mayEnd: async () => (await closing()) === 'quit',
  };
};
