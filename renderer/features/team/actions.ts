import type { Alert, AlertEvent } from '../../../shared/domain/alert.ts';
import { submit } from '../../commands.ts';
import { i18n } from '../../i18n.ts';
import { goTo } from '../../routes.ts';

/** Makes an incident part of another one, with the way back; the screen goes where it is then. */
export const mergeInto = async (alert: Alert, other: Alert): Promise<void> => {
  const { eventId } = alert.lead;
  const seen = { incidentId: alert.incidentId, into: other.incidentId };
  const undo = () => void submit('alert.split', { eventId, together: true, seen: { incidentId: other.incidentId } });
  const outcome = await submit(
    'alert.merge',
    { eventId, into: other.lead.eventId, seen },
    { done: i18n.t('team.merged'), undo },
  );
  if (outcome?.outcome === 'applied') goTo({ screen: 'board', incidentId: other.incidentId });
};

/** An event leaves its incident, with what a person had put there together with it. */
export const splitOff = (alert: Alert, event: AlertEvent): Promise<unknown> =>
  submit(
    'alert.split',
    { eventId: event.eventId, together: event.placed === 'merged', seen: { incidentId: alert.incidentId } },
    { done: i18n.t('team.splitDone') },
  );
