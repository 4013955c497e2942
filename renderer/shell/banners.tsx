import { useTranslation } from 'react-i18next';
import { formatTime } from '../i18n.ts';
import { useSystem } from '../stores/system.ts';

/** Quiet and unmistakable: what the screen shows is not of this moment. */
export const Banners = () => {
  const { t, i18n } = useTranslation();
  const connection = useSystem((state) => state.connection);
  const link = useSystem((state) => state.status?.link);
  const reason = link?.reason && i18n.exists(`doctor.${link.reason}`) ? t(`doctor.${link.reason}`) : '';
  const since = link ? formatTime(link.since, { seconds: true }) : '';
  return (
    <div>
      <Blindness />
      <div role="status">
        {connection === 'lost' && <p className="banner banner-bad">{t('common.disconnected')}</p>}
        {link?.state === 'offline' && (
          <p className="banner banner-bad">
            {t('common.offlineBanner', {
              since,
              known: link.knownUpTo === null ? t('common.none') : formatTime(link.knownUpTo, { seconds: true }),
            })}{' '}
            {reason}
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

/** Said out loud: a screen that no probe of our own reaches may look calm while the festival burns (product.md). */
const Blindness = () => {
  const { t } = useTranslation();
  const canary = useSystem((state) => state.status?.canary);
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
    </div>
  );
};
