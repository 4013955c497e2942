import { useTranslation } from 'react-i18next';
import type { SystemStatus } from '../../../shared/contract/status.ts';
import { isConnected, linkTone } from '../../features/connection/link-tone.ts';
import { useLaptops } from '../../features/laptops/use-laptops.ts';
import { formatDuration, formatTime } from '../../i18n.ts';
import { Fresh } from '../../ui/fresh.tsx';
import { Time } from '../../ui/time.tsx';
import { DUE_MS } from './due.ts';
import { engineText, engineTone } from './engine-state.ts';

/** The rest is in the same folders. */
const OPEN_SHOWN = 5;

/** This console: its link, its engine, who leads, and whether probes reach its screen. */
export const ConsoleState = ({ status }: { status: SystemStatus }) => {
  const { t } = useTranslation();
  const { link, engine, canary } = status;
  const connected = isConnected(link);
  const laptop = useLaptops();
  return (
    <section className="panel stack" aria-labelledby="health-console">
      <h2 id="health-console">
        {t('health.console')} <span className="quiet">{engine.laptop}</span>
      </h2>
      <dl className="facts">
        <dt>{t('health.link')}</dt>
        <dd>
          {/* That there is no connection is known now: what is old is the data. */}
          <Fresh at={connected ? link.knownUpTo : null} dueMs={DUE_MS.link} tone={linkTone(link)}>
            {t(`common.link_${link.state}`)} {t('common.since', { time: formatTime(link.since) })}
          </Fresh>
        </dd>
        <dt>{t('health.roundTrip')}</dt>
        <dd>{link.roundTripMs === null || !connected ? '–' : formatDuration(link.roundTripMs)}</dd>
        <dt>{t('health.server')}</dt>
        <dd>{(connected ? link.server : null) ?? '–'}</dd>
        <dt>{t('health.knownUpTo')}</dt>
        <dd>{link.knownUpTo === null ? t('common.none') : <Time at={link.knownUpTo} seconds />}</dd>
        <dt>{t('laptops.device')}</dt>
        <dd>{laptop === undefined ? '–' : t(`laptops.device_${laptop.keptIn ?? 'none'}`)}</dd>
        <dt>{t('health.engine')}</dt>
        <dd>
          {/* An engine that stands by has no cycles: the probes of the one that runs say how that one is. */}
          <Fresh
            at={engine.state === 'standby' ? canary.lastDisplayedAt : engine.lastCycleAt}
            dueMs={engine.state === 'standby' ? DUE_MS.canary : DUE_MS.cycle}
            tone={engineTone(status)}
          >
            {engineText(status)} {t('common.since', { time: formatTime(engine.since) })}
          </Fresh>
        </dd>
        <dt>{t('health.leader')}</dt>
        <dd>
          {engine.leader === null ? (
            t('health.noLeader')
          ) : (
            <>
              {t('health.leaderTerm', { laptop: engine.leader.laptop, term: engine.leader.term })}{' '}
              <span className="quiet">
                {t('common.since', { time: formatTime(engine.leader.since) })}
                {!connected &&
                  link.knownUpTo !== null &&
                  ` · ${t('overview.onCardsAt', { time: formatTime(link.knownUpTo, { seconds: true }) })}`}
              </span>
            </>
          )}
        </dd>
        {status.disk.open.length > 0 && (
          <>
            <dt>{t('health.openFiles')}</dt>
            <dd className="state state-bad">
              {t('health.openFilesText', { count: status.disk.open.length })}{' '}
              <span className="mono">{status.disk.open.slice(0, OPEN_SHOWN).join(', ')}</span>
            </dd>
          </>
        )}
        <dt>{t('health.blind')}</dt>
        <dd>
          {status.stopped !== null ? (
            <span className="state state-stale">{t('health.noCanariesStopped')}</span>
          ) : canary.blindSince === null ? (
            <Fresh at={canary.lastDisplayedAt} dueMs={DUE_MS.canary} tone="good">
              {canary.lastDisplayedAt === null ? t('common.noCanary') : t('health.blindNot')}
            </Fresh>
          ) : (
            <span className="health-blind">{t('health.blindSince', { time: formatTime(canary.blindSince) })}</span>
          )}
        </dd>
      </dl>
    </section>
  );
};
