import { useTranslation } from 'react-i18next';
import type { Alert, AlertEvent } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { isOpen } from '../../../shared/domain/severity.ts';
import { hrefOf } from '../../routes.ts';
import { sentenceOf } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { splitOff } from '../team/actions.ts';

/** What belongs to the same incident: findings that explain each other, or the list of a storm. */
export const Linked = ({ alert }: { alert: Alert }) => {
  const { t } = useTranslation();
  if (alert.linkedCount === 0) return null;
  const storm = alert.storm !== null;
  // A storm's title is of all of them, so the first one stands in the list with the others.
  const events = storm || alert.lead.placed === 'merged' ? [alert.lead, ...alert.linked] : alert.linked;
  // Once for those that a person has put here together: they leave together.
  const joined = new Set<RowId | null>();
  const leaves = (event: AlertEvent): boolean => {
    if (!alert.open || !isOpen(event.status)) return false;
    if (event.placed !== 'merged') return event.eventId !== alert.lead.eventId;
    if (joined.has(event.placedFrom)) return false;
    joined.add(event.placedFrom);
    return true;
  };
  const more = alert.linkedCount - alert.linked.length;
  return (
    <section className="stack" aria-labelledby="linked">
      <h3 id="linked">{t(storm ? 'alert.storm' : 'alert.linked')}</h3>
      <ul className="stack">
        {events.map((event) => (
          <li key={event.eventId} className="row">
            <SeverityMark severity={event.severity} />
            {storm && event.cardId !== null ? (
              <a href={hrefOf({ screen: 'card', cardId: event.cardId })}>{sentenceOf(event)}</a>
            ) : (
              <span>{sentenceOf(event)}</span>
            )}
            {leaves(event) && (
              <Button onClick={() => void splitOff(alert, event)}>
                {t(event.placed === 'merged' ? 'team.splitTogether' : 'team.split')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {more > 0 && <p className="quiet">{t('alert.andMore', { count: more })}</p>}
    </section>
  );
};
