import { type Checklist, checklistSchema } from '../domain/checklist.ts';
import { evening } from './evening.ts';
import { festivalEnd } from './festival-end.ts';
import { festivalStart } from './festival-start.ts';
import { monthly } from './monthly.ts';
import { morning } from './morning.ts';
import { weekly } from './weekly.ts';

/** The checklists that come with Regie, checked when they are loaded. */
export const builtinChecklists: readonly Checklist[] = [
  morning,
  evening,
  festivalStart,
  festivalEnd,
  weekly,
  monthly,
].map((checklist) => checklistSchema.parse(checklist));

/** One of them. */
export const builtinChecklist = (id: string): Checklist => {
  const found = builtinChecklists.find((checklist) => checklist.id === id);
  if (found === undefined) throw new Error(`no checklist ${id} comes with Regie`);
  return found;
};
