import { useTranslation } from 'react-i18next';
import type { FloodRecord } from '../../../shared/domain/alarm-flood.ts';
import { causeSentence } from '../../cause-sentence.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';

/** Floods of alerts as they are on record: when, how many, why, and who was there. */
export const FloodList = ({ floods, empty }: { floods: readonly FloodRecord[]; empty: string }) => {
  const { t } = useTranslation();
  if (floods.length === 0) return <p className="quiet">{empty}</p>;
  return (
    <ul className="stack" aria-label={t('alarmQuality.floodsTitle')}>
      {floods.map(({ since, endedAt, alarms, first, cause, people }) => (
        <li key={since}>
          <a href={hrefOf({ screen: 'board', incidentId: first })}>{formatTime(since)}</a>{' '}
          {endedAt === null
            ? t('alarmQuality.floodGoesOn', { count: alarms })
            : t('alarmQuality.floodWas', {
                count: alarms,
                age: formatSpan(Date.parse(endedAt) - Date.parse(since)),
              })}{' '}
          <span className="quiet">
            {cause !== null && `${causeSentence(cause)} `}
            {people.length === 0
              ? t('alarmQuality.floodNobody')
              : t('alarmQuality.floodPeople', { people: people.join(', ') })}
          </span>
        </li>
      ))}
    </ul>
  );
};
