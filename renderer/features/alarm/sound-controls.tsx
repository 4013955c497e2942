import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { MUTE_MINUTES } from '../../../shared/contract/session.ts';
import { call } from '../../bridge.ts';
import { callSigned } from '../../commands.ts';
import { formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { playSound } from './sounds.ts';

const HEARD = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

/** Volume, a mute that returns by itself, and what each severity sounds like. */
export const SoundControls = () => {
  const { t } = useTranslation();
  const id = useId();
  const volume = useSystem((state) => state.session?.preferences.volume ?? 0);
  const mutedUntil = useSystem((state) => state.session?.mutedUntil ?? null);
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t('settings.volume')}</label>
        <input
          id={id}
          type="range"
          min={0}
          max={1}
          step={0.1}
          value={volume}
          onChange={(event) => void callSigned('session.setPreferences', { volume: event.target.valueAsNumber })}
        />
      </div>
      <div className="row">
        <Button onClick={() => void call('session.mute', { minutes: mutedUntil === null ? MUTE_MINUTES : null })}>
          {mutedUntil === null ? t('settings.mute') : t('settings.unmute')}
        </Button>
        {mutedUntil !== null && <span className="quiet">{t('settings.muted', { time: formatTime(mutedUntil) })}</span>}
      </div>
      <fieldset className="plain-fieldset">
        <legend className="quiet">{t('settings.testSound')}</legend>
        <div className="row">
          {HEARD.map((severity) => (
            <Button key={severity} onClick={() => playSound(severity, volume)}>
              {t(`board.${severity}`)}
            </Button>
          ))}
        </div>
      </fieldset>
    </>
  );
};
