import type { FestivalDatabase } from '../postgres/pool.ts';
import { findHealedCards, readFestivalState } from './festival-state.ts';
import type { LabelStore } from './labels.ts';
import type { Traffic } from './traffic.ts';

/** Spikes that may lie within the last 15 minutes, generously. */
const LATE_SPIKES = 4;
const SET_APART_MS = 60 * 60_000;
const CHECK_MS = 10 * 60_000;
const FIRST_CHECK_MS = 60_000;

type Parts = { database: FestivalDatabase; labels: LabelStore; traffic: Traffic };

/** Reads what the simulator must know, at the start and after a lost connection, and sets faulted cards apart. */
export const loadFestival = async ({ database, labels, traffic }: Parts): Promise<void> => {
  const spikes = labels.done().filter((label) => label.kind === 'failure_spike');
  const before = new Set(traffic.book().cards.map((card) => card.id));
  const spikeLogIds = spikes.slice(-LATE_SPIKES).flatMap((label) => label.logIds);
  traffic.load(await readFestivalState(database, spikeLogIds));
  for (const { cardId } of labels.touched()) {
    const card = traffic.book().find(cardId);
    if (card === undefined || before.has(cardId)) continue;
    card.marked = true;
    card.faulted = true;
  }
};

/** Lets cards take part again an hour after their fault, where it was put right. */
export type Healing = { checkWhenDue(): Promise<void> };

export const createHealing = ({ database, labels, traffic, now }: Parts & { now: () => number }): Healing => {
  let nextAt = now() + FIRST_CHECK_MS;
  return {
    checkWhenDue: async () => {
      if (now() < nextAt) return;
      nextAt = now() + CHECK_MS;
      // One whose log was edited breaks every next order.
      const edited = new Set(labels.done().flatMap(({ kind, cardId }) => (kind === 'edited_log' ? cardId : [])));
      const old = labels
        .touched()
        .filter(({ cardId }) => !edited.has(cardId))
        .filter(({ at }) => at < traffic.databaseNow() - SET_APART_MS)
        .map(({ cardId }) => cardId)
        .filter((cardId) => traffic.book().find(cardId)?.faulted === true);
      if (old.length === 0) return;
      for (const { id, balance } of await findHealedCards(database, old)) {
        const card = traffic.book().find(id);
        if (card === undefined || card.busy) continue;
        card.faulted = false;
        card.balance = balance;
      }
    },
  };
};
