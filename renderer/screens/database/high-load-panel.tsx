import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { offersHighLoad } from '../../../shared/domain/high-load.ts';
import { submit } from '../../commands.ts';
import { isConnected } from '../../features/connection/link-tone.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { formatNumber, formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { useSystem } from '../../stores/system.ts';
import { Choice } from '../../ui/field.tsx';

const HOURS = [1, 2, 4, 8] as const;
/** The event says when high load starts and ends; how many transactions a minute there are changes all the time. */
const TRAFFIC_MS = 10_000;

/** The switch for a festival with many times its usual traffic: detection comes twice as often, until a time that is said. */
export const HighLoadPanel = () => {
  const { t } = useTranslation();
  const { data } = useCall('database.highLoad', {}, { every: TRAFFIC_MS });
  const [hours, setHours] = useState('4');
  const load = data?.load ?? null;
  const connected = useSystem((state) => isConnected(state.status?.link));
  const set = (minutes: number) => void submit('database.setHighLoad', { minutes }, { done: null });
  return (
    <section className="panel stack database-panel" aria-labelledby="database-load">
      <h2 id="database-load">{t('database.load')}</h2>
      <p>{t('database.loadMeans')}</p>
      {/* Without the festival, how much goes on is not known. */}
      {load !== null && connected && (
        <p className="quiet">
          {t('database.loadTraffic', { now: formatNumber(Math.round(load.perMinute)) })}{' '}
          {load.usualPerMinute === null
            ? t('database.loadUsualUnknown')
            : t('database.loadUsual', { usual: formatNumber(Math.round(load.usualPerMinute)) })}
        </p>
      )}
      {load !== null && connected && offersHighLoad(load) && <p role="status">{t('database.loadOffer')}</p>}
      {data?.environment != null && (
        <p>
          {t('database.loadEnvironment', {
            critical: formatNumber(data.environment.criticalMs / 1_000),
            medium: formatNumber(data.environment.mediumMs / 1_000),
          })}
        </p>
      )}
      {load !== null && load.until !== null ? (
        <div className="row">
          <p>{t('database.loadOn', { time: formatTime(load.until), name: load.setBy ?? '–' })}</p>
          <CommandButton needs="database.setHighLoad" onClick={() => set(0)}>
            {t('database.loadStop')}
          </CommandButton>
        </div>
      ) : (
        <div className="row database-load">
          <Choice
            label={t('database.loadFor')}
            value={hours}
            options={HOURS.map((one) => ({ value: String(one), label: t('database.loadHours', { count: one }) }))}
            onChange={setHours}
          />
          <CommandButton needs="database.setHighLoad" onClick={() => set(Number(hours) * 60)}>
            {t('database.loadStart')}
          </CommandButton>
        </div>
      )}
    </section>
  );
};
