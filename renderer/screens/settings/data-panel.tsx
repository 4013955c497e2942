import { useTranslation } from 'react-i18next';
import { formatTime } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';

/** What this laptop keeps, whether there is room for it, and who else can read it. */
export const DataPanel = () => {
  const { t } = useTranslation();
  const disk = useSystem((state) => state.status?.disk);
  return (
    <section className="panel stack" aria-labelledby="data">
      <h2 id="data">{t('settings.data')}</h2>
      <p className="quiet">{t('settings.dataText')}</p>
      {disk === undefined ? (
        <p className="quiet">{t('common.loading')}</p>
      ) : (
        <dl className="facts">
          <dt>{t('settings.dataDisk')}</dt>
          <dd className={disk.full ? 'state state-bad' : 'state state-good'}>
            {t(disk.full ? 'errors.disk_full' : 'settings.dataDiskOk')}
          </dd>
          <dt>{t('settings.dataFiles')}</dt>
          <dd>
            {disk.findings.length === 0
              ? t('settings.dataNone')
              : disk.findings.map((one) => (
                  <p key={one.movedTo}>
                    {t(`common.damaged_${one.file}`, { time: formatTime(one.at) })}{' '}
                    <span className="mono">{one.movedTo}</span>
                  </p>
                ))}
          </dd>
          <dt>{t('settings.dataOpen')}</dt>
          <dd className={disk.open.length > 0 ? 'state state-bad' : ''}>
            {disk.open.length === 0 ? t('settings.dataOpenNone') : <span className="mono">{disk.open.join(', ')}</span>}
          </dd>
        </dl>
      )}
      <p>
        {t('settings.dataExport')} <a href={hrefOf({ screen: 'waiting' })}>{t('waiting.navigation')}</a>
      </p>
    </section>
  );
};
