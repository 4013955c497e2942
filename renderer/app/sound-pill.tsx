import { Bell, BellOff, Volume2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { SoundControls } from '../features/alarm/sound-controls.tsx';
import { useSound } from '../features/alarm/sound-state.ts';
import { formatTime } from '../i18n.ts';
import { useSystem } from '../stores/system.ts';
import { Pill } from '../ui/pill.tsx';
import { Popover } from '../ui/popover.tsx';

/** Whether an alert will be heard: said in words as long as it will not. */
export const SoundPill = () => {
  const { t } = useTranslation();
  const blocked = useSound((state) => state.blocked);
  const volume = useSystem((state) => state.session?.preferences.volume ?? 0);
  const mutedUntil = useSystem((state) => state.session?.mutedUntil ?? null);
  const why = blocked ? 'soundBlocked' : volume === 0 ? 'soundOff' : mutedUntil !== null ? 'soundMuted' : null;
  const time = mutedUntil === null ? '' : formatTime(mutedUntil);
  const words = why === null ? null : t(`common.${why}`, { time });
  return (
    <Popover
      title={t('common.sound')}
      align="end"
      width={320}
      trigger={
        <Pill
          tone={words === null ? 'plain' : 'warn'}
          icon={words === null ? Bell : blocked ? Volume2 : BellOff}
          className={words === null ? 'pill-icon' : ''}
          aria-label={words ?? t('common.soundOn')}
        >
          {why !== null && (
            <>
              <span className="sound-whole">{words}</span>
              <span className="sound-short">{t(`common.${why}Short`, { time })}</span>
            </>
          )}
        </Pill>
      }
    >
      <SoundControls />
    </Popover>
  );
};
