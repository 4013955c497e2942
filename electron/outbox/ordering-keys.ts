import { rulesOf } from '../../shared/contract/calls.ts';
import type { Find, Snapshot } from '../../shared/contract/declare.ts';
import { eventsOf } from '../../shared/domain/incident.ts';
import { idIn } from '../../shared/domain/row-id.ts';
import type { Command } from '../operations/registry.ts';

/** What a command acts on, as this laptop knows it. */
export type Ordering = {
  /** Commands with a key in common are sent in their order, one after the other (docs/offline.md). */
  readonly keys: readonly string[];
  /** What the operator's screen showed: stored for whoever decides a conflict, where both sides are shown. */
  readonly snapshot: Snapshot;
};

/** Ordering keys and snapshot of a command, as its declaration in the contract says. @param find with what waits */
export const orderingOf = ({ name, input }: Command, find: Find): Ordering => {
  const rules = rulesOf(name);
  const keys = rules.keys(input, find);
  const events = eventsAmong(keys, find);
  const snapshot = rules.snapshot?.(input, find) ?? {};
  return { keys, snapshot: Object.keys(events).length === 0 ? snapshot : { ...snapshot, events } };
};

const OF_EVENT = 'event:';

/**
 * When each event was detected on which a command acts: a database that was set back gives its number to another one
 * (docs/offline.md, "Another database").
 */
const eventsAmong = (keys: readonly string[], find: Find): Record<string, string> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const eventId = key.startsWith(OF_EVENT) ? idIn(key.slice(OF_EVENT.length)) : null;
      const incident = eventId === null ? undefined : find.ofEvent(eventId);
      const event = incident && eventsOf(incident.alert).find((one) => one.eventId === eventId);
      return event === undefined ? [] : [[event.eventId, event.detectedAt]];
    }),
  );
