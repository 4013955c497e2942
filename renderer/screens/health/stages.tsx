import { useTranslation } from 'react-i18next';
import type { Health } from '../../../shared/contract/health.ts';
import { formatDuration, formatNumber } from '../../i18n.ts';
import { useStale } from '../../ui/fresh.tsx';
import { DUE_MS } from './due.ts';

const duration = (ms: number | null): string => (ms === null ? '–' : formatDuration(ms));

/** Where the time of an alert went: committed late, detected late or shown late. */
export const Stages = ({ stages, readAt }: { stages: Health['stages']; readAt: string }) => {
  const { t } = useTranslation();
  const stale = useStale(readAt, DUE_MS.report) !== null;
  return (
    <section className="panel stack" aria-labelledby="health-stages">
      <h2 id="health-stages">{t('health.stages')}</h2>
      <table className={stale ? 'health-old' : ''}>
        <thead>
          <tr>
            <th>{t('health.stage')}</th>
            <th className="number">{t('health.p50')}</th>
            <th className="number">{t('health.p99')}</th>
            <th className="number">{t('health.measured')}</th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ stage, count, p50Ms, p99Ms }) => (
            <tr key={stage}>
              <td>{t(`health.stage_${stage}`)}</td>
              <td className="number">{duration(p50Ms)}</td>
              <td className="number">{duration(p99Ms)}</td>
              <td className="number">{formatNumber(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
