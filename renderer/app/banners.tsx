import { useTranslation } from 'react-i18next';
import { call } from '../bridge.ts';
import { callSigned } from '../commands.ts';
import { usePasswordAsked } from '../features/connection/use-password-asked.ts';
import { LockedBanner } from '../features/operators/locked-banner.tsx';
import { PinChangeBanner } from '../features/operators/pin-change-banner.tsx';
import { errorSentence, formatSpan, formatTime } from '../i18n.ts';
import { hrefOf } from '../routes.ts';
import { useSystem } from '../stores/system.ts';
import { useUi } from '../stores/ui.ts';
import { Button } from '../ui/button.tsx';
import { StoppedBanner } from './stopped-banner.tsx';

/** Quiet and unmistakable: what the screen shows is not of this moment. */
export const Banners = () => {
  const { t, i18n } = useTranslation();
  const connection = useSystem((state) => state.connection);
  const link = useSystem((state) => state.status?.link);
  const failure = useSystem((state) => state.status?.failure ?? null);
  const passwordAsked = usePasswordAsked();
  const waiting = useSystem((state) => state.status?.waiting ?? 0);
  const undecided = useSystem((state) => state.status?.undecided ?? 0);
  const reason = link?.reason && i18n.exists(`doctor.${link.reason}`) ? t(`doctor.${link.reason}`) : '';
  const since = link ? formatTime(link.since, { seconds: true }) : '';
  return (
    <div>
      <StoppedBanner />
      <Blindness />
      <Disk />
      <ClockSet />
      <LockedBanner />
      <PinChangeBanner />
      <div role="status">
        {connection === 'lost' && <p className="banner banner-bad">{t('common.disconnected')}</p>}
        {connection === 'refused' && <p className="banner banner-bad">{t('common.notLetIn')}</p>}
        {failure !== null && (
          <p className="banner banner-bad">
            {errorSentence(failure)} <a href={hrefOf({ screen: 'settings' })}>{t('settings.openSettings')}</a>{' '}
            <Button onClick={() => void call('link.retry', {})}>{t('common.tryNow')}</Button>
          </p>
        )}
        {failure === null && link?.state === 'offline' && (
          <p className="banner banner-bad">
            {t('common.offlineBanner', {
              since,
              known: link.knownUpTo === null ? t('common.none') : formatTime(link.knownUpTo, { seconds: true }),
            })}{' '}
            {reason}{' '}
            {waiting > 0 && <a href={hrefOf({ screen: 'waiting' })}>{t('common.waiting', { count: waiting })}</a>}{' '}
            {link.knownUpTo === null && <a href={hrefOf({ screen: 'settings' })}>{t('settings.openSettings')}</a>}{' '}
            {passwordAsked && (
              <Button onClick={() => useUi.setState({ passwordLater: false })}>{t('settings.passwordEnter')}</Button>
            )}{' '}
            <Button onClick={() => void call('link.retry', {})}>{t('common.tryNow')}</Button>
          </p>
        )}
        {undecided > 0 && (
          <p className="banner banner-warn">
            <a href={hrefOf({ screen: 'waiting' })}>{t('waiting.undecided', { count: undecided })}</a>
          </p>
        )}
        {link?.state === 'degraded' && <p className="banner banner-warn">{t('common.degradedBanner', { since })}</p>}
        {link?.state === 'online' && link.reason !== null && (
          <p className="banner banner-bad">
            {t('common.setupBanner')} {reason}
          </p>
        )}
      </div>
    </div>
  );
};

/** Said out loud: a screen that no probe of our own reaches may look calm while the festival burns. */
const Blindness = () => {
  const { t } = useTranslation();
  const canary = useSystem((state) => state.status?.canary);
  const auditLostAt = useSystem((state) => state.status?.auditLostAt ?? null);
  return (
    <div role="alert">
      {canary?.blindSince && (
        <p className="banner banner-bad">{t('common.blindBanner', { time: formatTime(canary.blindSince) })}</p>
      )}
      {canary?.others.map(({ laptop, blindSince }) => (
        <p key={laptop} className="banner banner-bad">
          {t('common.blindOther', { laptop, time: formatTime(blindSince) })}
        </p>
      ))}
      {auditLostAt !== null && (
        <p className="banner banner-bad">{t('common.auditLost', { time: formatTime(auditLostAt) })}</p>
      )}
    </div>
  );
};

/** Somebody set this laptop's clock: nothing of ours goes by it, and whoever reads a time off its corner should know. */
const ClockSet = () => {
  const { t } = useTranslation();
  const by = useSystem((state) => state.status?.clockSetByMs ?? 0);
  return (
    <div role="status">
      {by !== 0 && (
        <p className="banner banner-warn">
          {t(by > 0 ? 'common.clockSet_forward' : 'common.clockSet_back', { by: formatSpan(Math.abs(by)) })}
        </p>
      )}
    </div>
  );
};

/** This laptop's own disk: full, or with files that were damaged. */
const Disk = () => {
  const { t } = useTranslation();
  const disk = useSystem((state) => state.status?.disk);
  return (
    <div role="alert">
      {disk?.full && <p className="banner banner-bad">{t('errors.disk_full')}</p>}
      {disk?.findings.map((one) => (
        <p key={one.movedTo} className="banner banner-warn">
          {t(`common.damaged_${one.file}`, { time: formatTime(one.at) })}{' '}
          {t(one.whole ? 'common.damagedWhole' : 'common.damagedPartly', {
            rows: one.salvaged,
            backup: one.fromBackup,
            refused: one.refused,
          })}{' '}
          <span className="mono">{one.movedTo}</span>{' '}
          <Button onClick={() => void callSigned('disk.acknowledge', {})}>{t('common.dismiss')}</Button>
        </p>
      ))}
    </div>
  );
};
