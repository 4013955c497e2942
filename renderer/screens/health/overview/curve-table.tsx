import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../../../i18n.ts';
import { Time } from '../../../ui/time.tsx';
import { metricText } from './metric-text.ts';
import { type CurvePoint, hoursOf, type MetricId } from './metrics.ts';

/** A curve in words, for whoever cannot see it. */
export const CurveTable = ({ id, points, name }: { id: MetricId; points: readonly CurvePoint[]; name: string }) => {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t('overview.table')} <span className="visually-hidden">{name}</span>
      </summary>
      {open && (
        <table>
          <thead>
            <tr>
              <th>{t('overview.tableHour')}</th>
              <th className="number">{t('overview.tableLow')}</th>
              <th className="number">{t('overview.tableHigh')}</th>
              <th className="number">{t('overview.tableLast')}</th>
              <th className="number">{t('overview.tableCount')}</th>
            </tr>
          </thead>
          <tbody>
            {hoursOf(points).map((hour) => (
              <tr key={hour.at}>
                <td>
                  <Time at={hour.at} />
                </td>
                <td className="number">{metricText(id, hour.low)}</td>
                <td className="number">{metricText(id, hour.high)}</td>
                <td className="number">{metricText(id, hour.last)}</td>
                <td className="number">{formatNumber(hour.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
};
