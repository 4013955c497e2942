import { useTranslation } from 'react-i18next';
import type { CanaryProbe } from '../../../shared/contract/health.ts';
import { formatDuration } from '../../i18n.ts';
import { useStale } from '../../ui/fresh.tsx';
import { Time } from '../../ui/time.tsx';
import { DUE_MS } from './due.ts';

/** How long after it was planted. */
const after = (probe: CanaryProbe, at: string | null | undefined): string =>
  at ? `+${formatDuration(Math.max(0, Date.parse(at) - Date.parse(probe.plantedAt)))}` : '–';

/** The way of each canary: planted, read, found, displayed here and elsewhere. */
export const Canaries = ({ canaries, here }: { canaries: readonly CanaryProbe[]; here: string }) => {
  const { t } = useTranslation();
  const stale = useStale(canaries[0]?.plantedAt ?? null, DUE_MS.canary) !== null;
  return (
    <section className="panel stack" aria-labelledby="health-canaries">
      <h2 id="health-canaries">{t('health.canaries')}</h2>
      {canaries.length === 0 ? (
        <p className="quiet">{t('health.canariesEmpty')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keyboard
        <section className="scroll-x" aria-label={t('common.tableOf', { name: t('health.canaries') })} tabIndex={0}>
          <table className={stale ? 'health-old' : ''}>
            <thead>
              <tr>
                <th>{t('health.written')}</th>
                <th className="number">{t('health.read')}</th>
                <th className="number">{t('health.detected')}</th>
                <th className="number">{t('health.displayed')}</th>
                <th>{t('health.elsewhere')}</th>
              </tr>
            </thead>
            <tbody>
              {canaries.map((probe) => (
                <tr key={probe.probeId}>
                  <td>
                    <Time at={probe.plantedAt} seconds />
                  </td>
                  <td className="number">{after(probe, probe.readAt)}</td>
                  <td className="number">{after(probe, probe.detectedAt)}</td>
                  <td className="number">
                    {after(probe, probe.sightings.find(({ laptop }) => laptop === here)?.displayedAt)}
                  </td>
                  <td>
                    {probe.sightings
                      .filter(({ laptop }) => laptop !== here)
                      .map(({ laptop, displayedAt }) => `${laptop} ${after(probe, displayedAt)}`)
                      .join(', ') || '–'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
};
