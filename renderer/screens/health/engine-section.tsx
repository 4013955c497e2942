import { useTranslation } from 'react-i18next';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Fresh } from '../../ui/fresh.tsx';
import { Canaries } from './canaries.tsx';
import { ConsoleState } from './console-state.tsx';
import { DUE_MS } from './due.ts';
import { EngineDetails } from './engine-details.tsx';
import { Laptops } from './laptops.tsx';
import { Ledger } from './ledger.tsx';
import { Outside } from './outside.tsx';
import { SetAside } from './set-aside.tsx';
import { Stages } from './stages.tsx';
import { useHealth } from './use-health.ts';
import { VerifiedHours } from './verified-hours.tsx';

/** Who watches the watcher: Regie's own health, each figure with its age. */
export const EngineSection = () => {
  const { t } = useTranslation();
  const status = useSystem((state) => state.status);
  const { health, error, refresh } = useHealth();
  return (
    <div className="stack">
      <div className="row health-head">
        {health !== null && (
          <Fresh at={health.at} dueMs={DUE_MS.report} tone="good" dated>
            {t('health.asOf', { time: formatTime(health.at, { seconds: true }) })}
          </Fresh>
        )}
        <Button onClick={() => void refresh()}>{t('health.refresh')}</Button>
      </div>
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      {status === null ? <p className="quiet">{t('common.loading')}</p> : <ConsoleState status={status} />}
      <Outside />
      {health !== null && (
        <>
          <VerifiedHours hours={health.verifications} readAt={health.at} />
          <Stages stages={health.stages} readAt={health.at} />
          <Canaries canaries={health.canaries} here={status?.engine.laptop ?? ''} />
          <Laptops laptops={health.laptops} here={status?.engine.laptop ?? ''} />
          <SetAside setAside={health.setAside} onLooked={refresh} />
          <Ledger ledger={health.ledger} onRecomputed={refresh} />
        </>
      )}
      {status !== null && (
        <section className="panel stack" aria-labelledby="health-detectors">
          <h2 id="health-detectors">{t('health.detectors')}</h2>
          {status.engine.state === 'standby' && (
            <p className="quiet">
              {t('health.detectorsElsewhere', { laptop: status.engine.leader?.laptop ?? t('common.otherLaptop') })}
            </p>
          )}
          <EngineDetails engine={status.engine} />
        </section>
      )}
    </div>
  );
};
