import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../i18n.ts';
import { hrefOf } from '../../../routes.ts';
import { Fresh, useStale } from '../../../ui/fresh.tsx';
import { Tile } from '../../../ui/tile.tsx';
import { PULSE_DUE_MS, pulseFigures } from './pulse-figures.ts';
import { useOverview } from './use-overview.ts';

/** What goes on at the festival: how much is paid, by whom, and how much of it fails. */
export const PulsePanel = () => {
  const { t } = useTranslation();
  const { pulse, curves } = useOverview();
  const stale = useStale(pulse?.at ?? null, PULSE_DUE_MS) !== null;
  return (
    <section className="panel stack" aria-labelledby="overview-pulse">
      <div className="row pulse-head">
        <h2 id="overview-pulse">{t('overview.pulse')}</h2>
        {pulse !== null && (
          <Fresh at={pulse.at} dueMs={PULSE_DUE_MS} tone="good" dated>
            {t('overview.asOf', { time: formatTime(pulse.at, { seconds: true }) })}
          </Fresh>
        )}
        <a href={hrefOf({ screen: 'wall' })}>{t('overview.toWall')}</a>
      </div>
      {pulse === null ? (
        <p className="quiet">{t('overview.never')}</p>
      ) : (
        <div className={stale ? 'pulse pulse-stale' : 'pulse'}>
          {pulseFigures(pulse, curves?.snapshots ?? []).map(({ id, value, more }) => (
            <div key={id} data-pulse={id}>
              <Tile label={t(`overview.${id}`)} value={value} more={more} />
            </div>
          ))}
        </div>
      )}
      {pulse !== null && pulse.noAmount > 0 && <p>{t('overview.noAmount', { count: pulse.noAmount })}</p>}
    </section>
  );
};
