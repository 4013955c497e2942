import { type Incident, withoutEvidence } from '../../shared/domain/incident.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { isLocalId } from '../../shared/domain/troubles.ts';
import type { TroubleKeeper } from '../operations/troubles/trouble-keeper.ts';
import type { Overlay } from '../outbox/overlay.ts';

/** The board with the alerts of this laptop among the festival's. */
export const withLocalAlerts = (
  view: Overlay['view'],
  troubles: Pick<TroubleKeeper, 'incident' | 'incidents' | 'becameOf'>,
): Overlay['view'] => {
  const localOrBecame = (id: RowId): Incident | undefined => {
    const eventId = troubles.becameOf(id);
    return troubles.incident(id) ?? (eventId === undefined ? undefined : view.byEvent(eventId));
  };
  return {
    ...view,
    board: (question) => {
      const { closed, part } = question;
      const local = troubles.incidents().flatMap(({ alert }) => (alert.open || closed ? [withoutEvidence(alert)] : []));
      if (local.length === 0) return view.board(question);
      if (part === undefined) return [...local, ...view.board(question)];
      // They come first by their ids. A part is as long as it was asked for: by that the next one is known to be needed.
      if (part.order === 'id' && part.after !== null) return view.board(question);
      const shown = local.slice(0, part.most);
      const most = part.most - shown.length;
      return most === 0 ? shown : [...shown, ...view.board({ ...question, part: { ...part, most } })];
    },
    incident: (incidentId) => (isLocalId(incidentId) ? localOrBecame(incidentId) : view.incident(incidentId)),
    byEvent: (eventId) => (isLocalId(eventId) ? localOrBecame(eventId) : view.byEvent(eventId)),
  };
};
