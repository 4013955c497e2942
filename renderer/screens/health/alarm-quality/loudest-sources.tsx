import { useTranslation } from 'react-i18next';
import type { AlarmFigures } from '../../../../shared/domain/alarm-quality.ts';
import { formatNumber, formatShare } from '../../../i18n.ts';
import { detectorName } from '../../../sentence.ts';
import { shownId } from '../../../shown-id.ts';

/** Where most of the alerts come from: what to repair first. */
export const LoudestSources = ({ day }: { day: AlarmFigures }) => {
  const { t } = useTranslation();
  const keyOf = ({ algorithm, about }: AlarmFigures['loudest'][number]) => `${algorithm} ${about}`;
  const chattering = new Set(day.chattering.map(keyOf));
  if (day.alarms === 0) return <p className="quiet">{t('alarmQuality.noAlarms')}</p>;
  return (
    <details>
      <summary>{t('alarmQuality.loudestTitle')}</summary>
      <table>
        <thead>
          <tr>
            <th>{t('alarmQuality.source')}</th>
            <th className="number">{t('alarmQuality.alarms')}</th>
            <th className="number">{t('alarmQuality.share')}</th>
          </tr>
        </thead>
        <tbody>
          {day.loudest.map((source) => (
            <tr key={keyOf(source)}>
              <td>
                {detectorName(source.algorithm)}
                {source.about !== null && ` · ${shownId(source.about)}`}
                {chattering.has(keyOf(source)) && <span className="quiet"> ({t('alarmQuality.chatteringMark')})</span>}
              </td>
              <td className="number">{formatNumber(source.alarms)}</td>
              <td className="number">{formatShare(source.alarms / day.alarms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
};
