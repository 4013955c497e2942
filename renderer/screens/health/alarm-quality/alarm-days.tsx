import { useTranslation } from 'react-i18next';
import type { AlarmQuality } from '../../../../shared/contract/alarm-quality.ts';
import { formatNumber, formatShare, formatWindow } from '../../../i18n.ts';

const PERIODS_OF_HOUR = 6;
const rounded = (value: number): string => formatNumber(Math.round(value * 10) / 10);

/** The same figures for each day of the week. */
export const AlarmDays = ({ days }: Pick<AlarmQuality, 'days'>) => {
  const { t } = useTranslation();
  if (days.length === 0) return null;
  return (
    <details>
      <summary>{t('alarmQuality.days')}</summary>
      <div className="alarm-scroll">
        <table>
          <thead>
            <tr>
              <th>{t('alarmQuality.dayColumn')}</th>
              <th className="number">{t('alarmQuality.alarms')}</th>
              <th className="number">{t('alarmQuality.perOperator')}</th>
              <th className="number">{t('alarmQuality.perHour')}</th>
              <th className="number">{t('alarmQuality.busiest')}</th>
              <th className="number">{t('alarmQuality.floods')}</th>
              <th className="number">{t('alarmQuality.standingColumn')}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, figures }) => (
              <tr key={day}>
                <td>{formatWindow(day)}</td>
                <td className="number">{formatNumber(figures.alarms)}</td>
                <td className="number">{rounded(figures.perOperator)}</td>
                <td className="number">
                  {figures.periods === 0 ? '–' : rounded((figures.perOperator / figures.periods) * PERIODS_OF_HOUR)}
                </td>
                <td className="number">{rounded(figures.busiest)}</td>
                <td className="number">
                  {figures.periods === 0 ? '–' : formatShare(figures.flooded / figures.periods)}
                </td>
                <td className="number">{formatNumber(figures.standing)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
};
