import { useTranslation } from 'react-i18next';
import type { Preferences } from '../../../shared/contract/session.ts';
import { callSigned } from '../../commands.ts';
import { playSound } from '../../features/alarm/sounds.ts';
import { EscalationPanel } from '../../features/escalation/escalation-panel.tsx';
import { FestivalPanel } from '../../features/festival/festival-panel.tsx';
import { LaptopsPanel } from '../../features/laptops/laptops-panel.tsx';
import { AutoLock } from '../../features/operators/auto-lock.tsx';
import { OperatorsPanel } from '../../features/operators/operators-panel.tsx';
import { SilencesPanel } from '../../features/team/silences-panel.tsx';
import { formatTime } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { useUi } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { AuditPanel } from './audit-panel.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { Thresholds } from './thresholds.tsx';

const MUTE_MS = 10 * 60_000;

export const SettingsScreen = () => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  const mutedUntil = useUi((state) => state.mutedUntil);
  if (session === null) return <p className="screen quiet">{t('common.loading')}</p>;
  const { preferences } = session;
  const change = (some: Partial<Preferences>) => void callSigned('session.setPreferences', some);
  const muted = mutedUntil > Date.now();
  return (
    <div className="screen stack">
      <h1>{t('settings.title')}</h1>
      <ConnectionForm training={session.festival.training} address={session.festival.address} />
      <FestivalPanel session={session} />
      <section className="panel stack" aria-labelledby="settings-drills">
        <h2 id="settings-drills">{t('drills.title')}</h2>
        <p>
          {t('drills.settingsText')} <a href={hrefOf({ screen: 'drills', drillId: null })}>{t('drills.open')}</a>
        </p>
      </section>
      <section className="panel stack" aria-labelledby="appearance">
        <h2 id="appearance">{t('settings.appearance')}</h2>
        <div className="row settings-row">
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
          <label className="field">
            <span>{t('settings.volume')}</span>
            <input
              type="range"
              min={0}
              max={1}
              step={0.1}
              value={preferences.volume}
              onChange={(event) => change({ volume: event.target.valueAsNumber })}
            />
          </label>
        </div>
        <div className="row">
          <Button onClick={() => playSound('CRITICAL', preferences.volume)}>{t('settings.testSound')}</Button>
          <Button onClick={() => useUi.setState({ mutedUntil: muted ? 0 : Date.now() + MUTE_MS })}>
            {muted ? t('settings.unmute') : t('settings.mute')}
          </Button>
          {muted && (
            <span className="quiet">
              {t('settings.muted', { time: formatTime(new Date(mutedUntil).toISOString()) })}
            </span>
          )}
        </div>
      </section>
      <OperatorsPanel />
      <LaptopsPanel />
      <Thresholds />
      <EscalationPanel />
      <SilencesPanel />
      <AuditPanel />
      <p className="quiet">{t('settings.about', { version: session.version, laptop: session.laptop })}</p>
    </div>
  );
};
