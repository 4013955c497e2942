import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Age } from '../../ui/time.tsx';

/** Who has it, since when, and who else looks at it now. */
export const WhoIsOnIt = ({ alert: { incidentId, open, lead } }: { alert: Alert }) => {
  const { t } = useTranslation();
  const laptops = useSystem((state) => state.status?.laptops);
  const looking = laptops?.filter((laptop) => laptop.incidentId === incidentId) ?? [];
  return (
    <>
      {open && lead.takenBy !== null && (
        <p>
          {t('alert.investigating', { name: lead.takenBy, laptop: lead.takenOn ?? '–' })}
          {lead.takenAt !== null && (
            <>
              {', '}
              <Age at={lead.takenAt} />
            </>
          )}
        </p>
      )}
      {open && lead.acknowledgedUntil !== null && (
        <p className="quiet">
          {lead.snoozedUntil !== null
            ? t('alert.snoozedUntil', { time: formatTime(lead.snoozedUntil) })
            : t('alert.acknowledgedUntil', { time: formatTime(lead.acknowledgedUntil) })}
        </p>
      )}
      {open && lead.acknowledgedAt === null && lead.recalledAt !== null && (
        <p>{t('board.recalled', { time: formatTime(lead.recalledAt) })}</p>
      )}
      {looking.length > 0 && (
        <p className="quiet">
          {t('alert.alsoLooking', {
            names: looking
              .map(({ operator, laptop }) => (operator === null ? laptop : `${operator} (${laptop})`))
              .join(', '),
          })}
        </p>
      )}
    </>
  );
};
