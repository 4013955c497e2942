import { useTranslation } from 'react-i18next';
import type { Outside as OutsideView } from '../../../shared/contract/outside.ts';
import { formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { Fresh } from '../../ui/fresh.tsx';
import { DUE_MS } from './due.ts';

/** How those who watch from outside hear of this console. */
export const Outside = () => {
  const { t } = useTranslation();
  const { data: outside } = useCall('outside.get', {});
  return (
    <section className="panel stack" aria-labelledby="health-outside">
      <h2 id="health-outside">{t('health.outside')}</h2>
      {outside === undefined ? (
        <p className="quiet">{t('common.loading')}</p>
      ) : (
        <dl className="facts">
          <dt>{t('health.outsideHttp')}</dt>
          <dd>
            <Http http={outside.http} />
          </dd>
          <dt>{t('health.heartbeat')}</dt>
          <dd>
            <Heartbeat heartbeat={outside.heartbeat} />
          </dd>
        </dl>
      )}
    </section>
  );
};

const Http = ({ http }: Pick<OutsideView, 'http'>) => {
  const { t } = useTranslation();
  if (http === null) return <span className="quiet">{t('health.outsideHttpOff')}</span>;
  return (
    <>
      <span className="mono">{http.address}</span>{' '}
      <span className="quiet">
        {http.askedAt === null
          ? t('health.outsideNotAsked')
          : t('health.outsideAsked', { time: formatTime(http.askedAt, { seconds: true }) })}
      </span>
      {http.open && <div className="state state-warn">{t('health.outsideOpen')}</div>}
    </>
  );
};

const Heartbeat = ({ heartbeat }: Pick<OutsideView, 'heartbeat'>) => {
  const { t } = useTranslation();
  if (heartbeat === null) return <span className="quiet">{t('health.heartbeatOff')}</span>;
  const { sentAt, failing } = heartbeat;
  if (failing !== null) {
    const { code, detail } = failing.reason;
    return (
      <span className="state state-bad">
        {t('health.heartbeatFailing', {
          time: formatTime(failing.since),
          why: t(`escalation.why_${code}`, { detail }),
        })}
      </span>
    );
  }
  if (sentAt === null) return <span className="quiet">{t('health.heartbeatWaits')}</span>;
  return (
    <Fresh at={sentAt} dueMs={DUE_MS.heartbeat} tone="good" dated>
      {t('health.heartbeatSent', { time: formatTime(sentAt, { seconds: true }) })}
    </Fresh>
  );
};
