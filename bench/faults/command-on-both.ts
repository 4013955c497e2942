import type { CommandName } from '../../shared/contract/calls.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Laptop } from './laptop.ts';
import type { Action } from './plan.ts';

type OnBoth = Extract<Action, `${string}Both`>;

export const isOnBoth = (action: Action): action is OnBoth => action.endsWith('Both');

/** One command on the alerts of two cards, as a person gives who has selected both rows. */
export const commandOnBoth = async (
  laptop: Laptop,
  { alert, other }: Record<'alert' | 'other', { readonly eventId: RowId; readonly incidentId: RowId }>,
  action: OnBoth,
): Promise<{ command: CommandName; input: Record<string, unknown> } | undefined> => {
  const eventIds = [...new Set([alert.eventId, other.eventId])];
  switch (action) {
    case 'acknowledgeBoth':
      return { command: 'alerts.acknowledge', input: { eventIds } };
    case 'unacknowledgeBoth':
      return { command: 'alerts.unacknowledge', input: { eventIds } };
    case 'takeBoth':
      return { command: 'alerts.take', input: { eventIds } };
    case 'snoozeBoth':
      return { command: 'alerts.snooze', input: { eventIds, minutes: 30, reason: 'the bar is being asked' } };
    case 'resolveBoth':
      return { command: 'alerts.resolve', input: { eventIds, note: 'paid back in cash' } };
    case 'mergeBoth': {
      const places = await Promise.all(
        [alert, other].map(({ incidentId }) => laptop.call('alert.get', { incidentId })),
      );
      const [shown, into] = places.map((detail) => (detail?.ok ? detail.value.alert.incidentId : null));
      if (shown == null || into == null) return undefined;
      const input = { eventIds: [alert.eventId], into: other.eventId, seen: { incidentIds: [shown], into } };
      return { command: 'alerts.merge', input };
    }
  }
};
