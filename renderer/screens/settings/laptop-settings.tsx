import { useTranslation } from 'react-i18next';
import type { Preferences, Session } from '../../../shared/contract/session.ts';
import { callSigned } from '../../commands.ts';
import { SoundControls } from '../../features/alarm/sound-controls.tsx';
import { AutoLock } from '../../features/operators/auto-lock.tsx';
import { useCall } from '../../query.ts';
import { Choice } from '../../ui/field.tsx';
import { HeartbeatPanel } from './heartbeat-panel.tsx';
import { UpdatesPanel } from './updates-panel.tsx';

/** What belongs to this laptop: language, theme, the lock, sounds. */
export const LaptopSettings = ({ session: { preferences } }: { session: Session }) => {
  const { t } = useTranslation();
  const change = (some: Partial<Preferences>) => void callSigned('session.setPreferences', some);
  return (
    <>
      <section className="panel stack" aria-labelledby="appearance">
        <h2 id="appearance">{t('settings.appearance')}</h2>
        <div className="settings-fields">
          <Choice
            label={t('settings.language')}
            value={preferences.language}
            options={[
              { value: 'en', label: 'English' },
              { value: 'fr', label: 'Français' },
            ]}
            onChange={(language) => change({ language })}
          />
          <Choice
            label={t('settings.theme')}
            value={preferences.theme}
            options={[
              { value: 'dark', label: t('settings.theme_dark') },
              { value: 'light', label: t('settings.theme_light') },
            ]}
            onChange={(theme) => change({ theme })}
          />
          <AutoLock minutes={preferences.autoLockMinutes} onChange={(autoLockMinutes) => change({ autoLockMinutes })} />
        </div>
      </section>
      <section className="panel stack" aria-labelledby="sound">
        <h2 id="sound">{t('settings.sound')}</h2>
        <SoundControls />
      </section>
      <StartsAtLogin />
      <UpdatesPanel />
      <HeartbeatPanel />
    </>
  );
};

/** Only where Regie is an installed program: a browser is started by whoever wants to look. */
const StartsAtLogin = () => {
  const { t } = useTranslation();
  const { data, refetch } = useCall('desktop.get', {});
  if (data === undefined || data === null) return null;
  const change = async (on: boolean): Promise<void> => {
    await callSigned('desktop.setStartsAtLogin', { on });
    await refetch();
  };
  return (
    <section className="panel stack" aria-labelledby="start">
      <h2 id="start">{t('settings.start')}</h2>
      <label className="check">
        <input type="checkbox" checked={data.startsAtLogin} onChange={({ target }) => void change(target.checked)} />
        {t('settings.startsAtLogin')}
      </label>
      <p className="quiet">{t('settings.startsAtLoginText')}</p>
    </section>
  );
};
