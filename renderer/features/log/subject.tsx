import { useTranslation } from 'react-i18next';
import { idIn } from '../../../shared/domain/row-id.ts';
import { hrefOf } from '../../routes.ts';
import { detectorName, titleOf } from '../../sentence.ts';
import { incidentOf, useAlerts } from '../../stores/alerts.ts';

/** What a row of the audit trail is about, as people call it: `event:12` is an alert with a sentence. */
export const Subject = ({ subject }: { subject: string }) => {
  const { t } = useTranslation();
  const [kind, id = ''] = subject.split(/:(.*)/);
  const eventId = kind === 'event' ? idIn(id) : null;
  const alert = useAlerts((state) => (eventId === null ? undefined : incidentOf(state.byId, eventId)));
  switch (kind) {
    case 'event':
      return (
        <a href={hrefOf({ screen: 'board', incidentId: alert?.incidentId ?? eventId })}>
          {alert === undefined ? `#${id}` : titleOf(alert)}
        </a>
      );
    case 'card':
      return <a href={hrefOf({ screen: 'card', cardId: id })}>{t('handover.ofCard', { card: id })}</a>;
    case 'detector':
      return <span>{detectorName(id)}</span>;
    default:
      return null;
  }
};
