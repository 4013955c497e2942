import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hrefOf, useRoute } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { useNow } from '../../ui/time.tsx';
import { MentionList } from './mention-list.tsx';
import { SilenceList } from './silences-panel.tsx';
import { useTeam } from './use-team.ts';

/** What is held back, and who wants something of me: from anywhere, in the top bar. */
export const TeamChips = () => {
  const { t } = useTranslation();
  const now = useNow();
  const silences = useTeam().silences.filter(({ until }) => Date.parse(until) > now).length;
  const mentions = useTeam().mentions;
  const unread = mentions.filter(({ readAt }) => readAt === null).length;
  const place = hrefOf(useRoute());
  const [opened, setOpened] = useState<{ panel: 'silences' | 'mentions'; place: string } | null>(null);
  // Whoever goes somewhere else wants to see it.
  const panel = opened?.place === place ? opened.panel : null;
  const toggle = (one: 'silences' | 'mentions') => setOpened(panel === one ? null : { panel: one, place });
  return (
    <>
      {(silences > 0 || panel === 'silences') && (
        <button
          type="button"
          className="state-button"
          aria-expanded={panel === 'silences'}
          onClick={() => toggle('silences')}
        >
          {t('team.count', { count: silences })}
        </button>
      )}
      {(mentions.length > 0 || panel === 'mentions') && (
        <button
          type="button"
          className={unread > 0 ? 'state state-button state-warn' : 'state-button'}
          aria-expanded={panel === 'mentions'}
          onClick={() => toggle('mentions')}
        >
          {unread > 0 ? t('team.mentions_count', { count: unread }) : t('team.mentions')}
        </button>
      )}
      {panel !== null && (
        <section className="engine-panel panel stack" aria-label={t(`team.${panel}`)}>
          <div className="row engine-head">
            <h2>{t(`team.${panel}`)}</h2>
            <Button tone="quiet" aria-label={t('common.close')} onClick={() => setOpened(null)}>
              ✕
            </Button>
          </div>
          {panel === 'silences' ? <SilenceList /> : <MentionList />}
        </section>
      )}
    </>
  );
};
