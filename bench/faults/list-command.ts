import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandName } from '../../shared/contract/calls.ts';
import { checklistSchema } from '../../shared/domain/checklist.ts';
import { type ChecklistRun, progressOf, signatureOf } from '../../shared/domain/checklist-run.ts';
import { operatorOn } from './ground.ts';
import type { Laptop } from './laptop.ts';
import type { LIST_ACTIONS } from './plan.ts';

type ListAction = (typeof LIST_ACTIONS)[number];
type Made = { command: CommandName; input: Record<string, unknown> };

const words = { en: 'words', fr: 'mots' };
const item = { title: words, text: words };
/** One item of each kind that people confirm, and one that nobody can measure, which passes by an override. */
const LIST = checklistSchema.parse({
  ...{ id: 'faults', version: 1, title: words, source: 'bench/faults', window: 'week' },
  items: [
    { ...item, id: 'read', kind: 'attested', figures: ['open_events'] },
    { ...item, id: 'doors', kind: 'attested' },
    { ...item, id: 'two', kind: 'two_person' },
    { ...item, id: 'points', kind: 'answered', answer: { type: 'number', min: 0, max: 1_000 } },
    { ...item, id: 'backup', kind: 'sensed', sense: 'backup_age_h', expect: { atMost: 24 }, maxAgeS: 120 },
  ],
});
const WINDOW_KEY = '2026-W27';

/** What somebody does about the checklist, on what this laptop's screen shows, which may be old; undefined without a run. */
export const listCommand = async (laptop: Laptop, action: ListAction): Promise<Made | undefined> => {
  if (action === 'startList') {
    // Each laptop has a list of its own under the same id: the run keeps the one that it was started with.
    const version = Number(laptop.name.replace(/\D/g, ''));
    return { command: 'checklist.start', input: { list: { ...LIST, version }, windowKey: WINDOW_KEY } };
  }
  const run = await runOn(laptop);
  if (run === undefined) return undefined;
  const onRun = { listId: run.listId, windowKey: run.windowKey };
  switch (action) {
    case 'tick':
      return { command: 'checklist.tick', input: { ...onRun, itemId: toTick(run, operatorOn(laptop.name)) } };
    case 'answer':
      return { command: 'checklist.answer', input: { ...onRun, itemId: 'points', answer: run.entries.length } };
    case 'override': {
      // One person alone is no two.
      const passed = run.entries.some(({ act, itemId }) => act === 'overridden' && itemId === 'backup');
      const itemId = passed ? 'two' : 'backup';
      return { command: 'checklist.override', input: { ...onRun, itemId, reason: 'it is on the other disk' } };
    }
    case 'sign':
      return run.hash === null ? undefined : { command: 'checklist.sign', input: { ...onRun, hash: run.hash } };
  }
};

const runOn = async (laptop: Laptop): Promise<ChecklistRun | undefined> => {
  const answer = await laptop.call('checklists.get', {});
  return answer?.ok ? answer.value.runs.find(({ listId }) => listId === LIST.id) : undefined;
};

/** Whoever saw less than there is looks again, and signs again. */
const ROUNDS = 10;
const LOOKED_AGAIN_MS = 200;

/** Where a run goes on, everybody confirms what is open, and all of them sign it at once. */
export const finishList = async (
  laptops: readonly Laptop[],
  act: (laptop: Laptop, action: ListAction) => Promise<void>,
): Promise<void> => {
  const goesOn = async (): Promise<boolean> => {
    const runs = await Promise.all(laptops.map(runOn));
    return runs.every((run) => run !== undefined && signatureOf(run) === undefined);
  };
  if (!(await goesOn())) return;
  await Promise.all(
    laptops.map(async (laptop) => {
      for (const action of ['tick', 'tick', 'tick', 'answer', 'override', 'override'] as const)
        await act(laptop, action);
    }),
  );
  for (let round = 0; round < ROUNDS && (await goesOn()); round += 1) {
    await Promise.all(laptops.map((laptop) => act(laptop, 'sign')));
    await sleep(LOOKED_AGAIN_MS);
  }
};

/** The first item that this person has not signed; where there is none, the first one once more. */
const toTick = (run: ChecklistRun, operator: string): string =>
  progressOf(run, []).find(
    ({ item: { kind }, confirmed }) =>
      (kind === 'attested' || kind === 'two_person') && !confirmed.some(({ actor }) => actor === operator),
  )?.item.id ?? 'read';
