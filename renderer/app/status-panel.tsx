import { useTranslation } from 'react-i18next';
import type { SystemStatus } from '../../shared/contract/status.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { isConnected, linkTone } from '../features/connection/link-tone.ts';
import { formatDuration, formatTime } from '../i18n.ts';
import { hrefOf } from '../routes.ts';
import { DUE_MS } from '../screens/health/due.ts';
import { EngineDetails } from '../screens/health/engine-details.tsx';
import { engineText, engineTone } from '../screens/health/engine-state.ts';
import { titleOf } from '../sentence.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useSystem } from '../stores/system.ts';
import { Fresh } from '../ui/fresh.tsx';
import { Age } from '../ui/time.tsx';

/** What the one state of the top bar is made of. */
export const StatusPanel = ({ status }: { status: SystemStatus }) => {
  const { t } = useTranslation();
  const { link, engine } = status;
  return (
    <>
      <dl className="facts">
        <dt>{t('common.statusLink')}</dt>
        <dd className={`state state-${linkTone(link)}`}>
          {t(`common.link_${link.state}`)}{' '}
          <span className="quiet">
            {t('common.since', { time: formatTime(link.since) })}
            {link.roundTripMs !== null && isConnected(link) && ` · ${formatDuration(link.roundTripMs)}`}
          </span>
        </dd>
        <dt>{t('common.engineTitle')}</dt>
        <dd className={`state state-${engineTone(status)}`}>
          {engineText(status)} <span className="quiet">{engine.laptop}</span>
        </dd>
        <dt>{t('common.statusCanary')}</dt>
        <dd>
          <CanaryState stopped={status.stopped !== null} />
        </dd>
      </dl>
      <Laptops status={status} />
      <section className="stack" aria-labelledby="status-engine">
        <h3 id="status-engine">{t('common.engineTitle')}</h3>
        <EngineDetails engine={engine} />
      </section>
    </>
  );
};

const CanaryState = ({ stopped }: { stopped: boolean }) => {
  const { t } = useTranslation();
  const canary = useSystem((state) => state.canary);
  if (canary === null) return <span className="quiet">{t('common.noCanary')}</span>;
  return (
    // While monitoring is stopped no probe is sent: the last one says nothing of now.
    <Fresh at={canary.at} dueMs={DUE_MS.canary} tone={stopped ? 'warn' : 'good'} dated>
      {t('common.lastCanary', { time: formatTime(canary.at, { seconds: true }) })}
    </Fresh>
  );
};

/** Who has Regie open on this festival. */
const Laptops = ({ status: { engine, laptops } }: { status: SystemStatus }) => {
  const { t } = useTranslation();
  const operator = useSystem((state) => state.session?.operator ?? null);
  const here = { laptop: engine.laptop, operator, incidentId: null, seenAt: null };
  return (
    <section className="stack" aria-label={t('common.laptopsTitle')}>
      <h3>{t('common.laptopsTitle')}</h3>
      <ul className="stack">
        {[here, ...laptops].map((one) => (
          <li key={one.laptop}>
            <strong>{one.laptop}</strong> {one.operator ?? t('common.laptopNobody')}{' '}
            <span className="quiet">
              {one.seenAt === null ? t('common.laptopHere') : <Age at={one.seenAt} />}
              {engine.leader?.laptop === one.laptop && ` · ${t('common.laptopLeads')}`}
            </span>
            {one.incidentId !== null && <ViewedAlert incidentId={one.incidentId} />}
          </li>
        ))}
      </ul>
    </section>
  );
};

const ViewedAlert = ({ incidentId }: { incidentId: RowId }) => {
  const { t } = useTranslation();
  const alert = useAlerts((state) => state.byId?.get(incidentId));
  if (alert === undefined) return null;
  return (
    <>
      <br />
      <a href={hrefOf({ screen: 'board', incidentId })}>{t('common.laptopViewing', { alert: titleOf(alert) })}</a>
    </>
  );
};
