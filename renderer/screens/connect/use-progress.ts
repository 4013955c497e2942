import { useChecklists } from '../../features/checklists/use-checklists.ts';
import { useOperators } from '../../features/operators/use-operators.ts';
import { useCall } from '../../query.ts';
import { useSystem } from '../../stores/system.ts';

/** What is set in a festival once it is on screen, in this order. */
export const FESTIVAL_STEPS = ['supervisor', 'festival', 'contacts', 'checklist'] as const;
export type FestivalStepName = (typeof FESTIVAL_STEPS)[number];

export type FestivalProgress = {
  readonly done: ReadonlySet<FestivalStepName>;
  /** The first that is not done; the last one where all are, and null until that is known. */
  readonly next: FestivalStepName | null;
};

/** How far the festival on screen is, by what it has: nothing is remembered beside it. */
export const useFestivalProgress = (): FestivalProgress => {
  const session = useSystem((state) => state.session);
  const operators = useOperators();
  const { data: escalation, isPending } = useCall('escalation.get', {});
  const checklists = useChecklists();
  const done = new Set<FestivalStepName>();
  if (session !== null && !session.festival.training) {
    if ((operators?.length ?? 0) > 0 && session.operator !== null) done.add('supervisor');
    if (session.festival.settings.name !== '' && session.festival.settings.timeZone !== null) done.add('festival');
    if ((escalation?.version ?? 0) > 0) done.add('contacts');
    if (checklists?.runs.some(({ listId }) => listId === 'festival-start')) done.add('checklist');
  }
  const next = FESTIVAL_STEPS.find((step) => !done.has(step)) ?? 'checklist';
  // Who is there is asked for at once; what follows waits until it is known whether it was done before.
  const known = next === 'supervisor' || (!isPending && checklists !== null);
  return { done, next: known ? next : null };
};
