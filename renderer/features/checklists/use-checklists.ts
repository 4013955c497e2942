import { useMemo } from 'react';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import type { Checklist } from '../../../shared/domain/checklist.ts';
import {
  type ChecklistRun,
  type ItemProgress,
  openItems,
  progressOf,
  runKey,
  signatureOf,
} from '../../../shared/domain/checklist-run.ts';
import { type ChecklistWindow, windowAt } from '../../../shared/domain/checklist-window.ts';
import { festivalNow, timeZone } from '../../clock.ts';
import { useCall } from '../../query.ts';
import { useNowOf } from '../../ui/time.tsx';

export const useChecklists = (): ChecklistsView | null => useCall('checklists.get', {}).data ?? null;

/** A list in the stretch of time that goes on. */
export type CurrentList = {
  readonly checklist: Checklist;
  readonly file: string | null;
  readonly window: ChecklistWindow;
  readonly run: ChecklistRun | undefined;
  readonly signed: boolean;
  /** When its window has begun, it is to be done by a time, and nobody has signed it. */
  readonly due: boolean;
  readonly lateMs: number;
};

const MINUTE_MS = 60_000;
const toMinute = (now: number): number => Math.floor(now / MINUTE_MS) * MINUTE_MS;

/** How far a run is at this moment: what nobody has measured for long counts no more. */
export const useProgress = (run: ChecklistRun, view: Pick<ChecklistsView, 'values'>): ItemProgress[] =>
  progressOf(run, view.values, useNowOf(toMinute));

/** Every list that has a stretch of time now, the nearest first. */
export const useCurrentLists = (): readonly CurrentList[] => {
  const view = useChecklists();
  // The windows end on whole minutes.
  const now = useNowOf(toMinute);
  const zone = timeZone();
  return useMemo(() => (view === null ? [] : currentLists(view, now, zone)), [view, now, zone]);
};

const currentLists = (view: ChecklistsView, now: number, zone: string | undefined): CurrentList[] =>
  view.lists
    .flatMap(({ checklist, file }): CurrentList[] => {
      const found = windowAt(checklist.window, view.times, now, zone);
      if (found === null) return [];
      const past = found.dueAt !== null && Date.parse(found.dueAt) <= now;
      // Where nobody has said on which days it opens, nothing can be late.
      const window = past && view.times.firstDay === null ? { ...found, dueAt: null } : found;
      const key = runKey({ listId: checklist.id, windowKey: window.key });
      const run = view.runs.find((one) => runKey(one) === key);
      const signed = run !== undefined && signatureOf(run) !== undefined;
      const lateMs = window.dueAt === null ? 0 : now - Date.parse(window.dueAt);
      const soon = view.times.firstDay !== null && window.dueAt !== null && -lateMs < REMINDED_MS;
      return [{ checklist, file, window, run, signed, due: !signed && (soon || run !== undefined), lateMs }];
    })
    .sort((a, b) => b.lateMs - a.lateMs);
/** So long before it is due a list is shown as due. */
const REMINDED_MS = 4 * 3_600_000;

/** How much of a run is done. */
export const countsOf = (run: ChecklistRun, view: Pick<ChecklistsView, 'values'>) => {
  const progress = progressOf(run, view.values, festivalNow()).filter(({ leftOut }) => !leftOut);
  return { done: progress.length - openItems(progress).length, all: progress.length };
};
