import { AtSign, BellMinus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hrefOf, useRoute } from '../../routes.ts';
import { Pill } from '../../ui/pill.tsx';
import { Popover } from '../../ui/popover.tsx';
import { useNowOf } from '../../ui/time.tsx';
import { MentionList } from './mention-list.tsx';
import { SilenceList } from './silences-panel.tsx';
import { useTeam } from './use-team.ts';

/** What is held back, and who wants something of me: from anywhere, in the top bar. */
export const TeamChips = () => {
  const { t } = useTranslation();
  const { silences, mentions } = useTeam();
  const active = useNowOf((now) => silences.filter(({ until }) => Date.parse(until) > now).length);
  const unread = mentions.filter(({ readAt }) => readAt === null).length;
  const place = hrefOf(useRoute());
  const [opened, setOpened] = useState<{ panel: 'silences' | 'mentions'; place: string } | null>(null);
  // Whoever goes somewhere else wants to see it.
  const panel = opened?.place === place ? opened.panel : null;
  const popover = (one: 'silences' | 'mentions') => ({
    title: t(one === 'silences' ? 'team.silences' : 'team.mentions'),
    width: 480,
    open: panel === one,
    onOpenChange: (open: boolean) => setOpened(open ? { panel: one, place } : null),
  });
  return (
    <>
      {(active > 0 || panel === 'silences') && (
        <Popover {...popover('silences')} trigger={<Pill icon={BellMinus}>{t('team.count', { count: active })}</Pill>}>
          <SilenceList />
        </Popover>
      )}
      {(mentions.length > 0 || panel === 'mentions') && (
        <Popover
          {...popover('mentions')}
          trigger={
            <Pill icon={AtSign} tone={unread > 0 ? 'warn' : 'plain'}>
              {unread > 0 ? t('team.mentions_count', { count: unread }) : t('team.mentions')}
            </Pill>
          }
        >
          <MentionList />
        </Popover>
      )}
    </>
  );
};
