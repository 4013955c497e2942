import type { RegieEvent } from '../../../shared/contract/events.ts';
import { i18n } from '../../i18n.ts';
import { goTo, type Route } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { FOLLOW_UPS } from '../log/follow-ups.tsx';

type Asked = Extract<RegieEvent, { event: 'asked' }>;

const WHERE: Readonly<Record<Asked['what'], Route>> = {
  proposal: { screen: 'approvals' },
  handover: { screen: 'handover' },
  follow_up: FOLLOW_UPS,
};

/** Says what waits for a person. @returns whether it was said: whoever has asked knows it */
export const announceAsked = ({ what, from, words }: Asked): boolean => {
  if (what !== 'follow_up' && useSystem.getState().session?.operator === from) return false;
  const said = i18n.t('team.asked', { what: i18n.t(`team.asked_${what}`), name: from, words });
  showToast(said, what === 'follow_up' ? 'bad' : 'good', {
    label: i18n.t('log.show'),
    act: () => goTo(WHERE[what]),
  });
  return true;
};
