import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { callSigned } from '../../commands.ts';
import { formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { useUi } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { playSound } from './sounds.ts';

const MUTE_MS = 10 * 60_000;
const HEARD = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

/** Volume, a mute that returns by itself, and what each severity sounds like. */
export const SoundControls = () => {
  const { t } = useTranslation();
  const id = useId();
  const volume = useSystem((state) => state.session?.preferences.volume ?? 0);
  const mutedUntil = useUi((state) => state.mutedUntil);
  const muted = mutedUntil > Date.now();
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
        <Button onClick={() => useUi.setState({ mutedUntil: muted ? 0 : Date.now() + MUTE_MS })}>
          {muted ? t('settings.unmute') : t('settings.mute')}
        </Button>
        {muted && (
          <span className="quiet">{t('settings.muted', { time: formatTime(new Date(mutedUntil).toISOString()) })}</span>
        )}
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
