import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { causeSentence } from '../../cause-sentence.ts';
import { formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { goTo } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import type { BoardView } from './view.ts';

/** The flood that goes on, and since when the board is grouped by its causes; null: it is not. */
export const useFlood = (view: BoardView) => {
  const flood = useCall('flood.get', {}).data ?? null;
  const [oneByOne, setOneByOne] = useState(false);
  const grouped =
    flood === null || oneByOne || view.group !== 'none' || view.sort !== null || view.tab === 'closed'
      ? null
      : Date.parse(flood.since);
  return { flood, grouped, setOneByOne };
};

/** More alerts than anybody can take in: since when, and what they have in common. */
export const FloodBanner = (props: ReturnType<typeof useFlood> & { onChange: (some: Partial<BoardView>) => void }) => {
  const { t } = useTranslation();
  const { flood, grouped, setOneByOne, onChange } = props;
  const group = (on: boolean): void => {
    setOneByOne(!on);
    if (on) onChange({ tab: 'open', group: 'none', sort: null });
  };
  return (
    <div role="status">
      {flood !== null && (
        <div className="banner banner-warn">
          <p className="banner-text">
            <strong>
              {t('board.flood', { count: flood.alarms, time: formatTime(flood.since, { seconds: true }) })}
            </strong>{' '}
            {flood.cause === null ? t('board.floodText') : causeSentence(flood.cause)}
          </p>
          <Button onClick={() => goTo({ screen: 'board', incidentId: flood.first, view: '' })}>
            {t('board.floodFirst')}
          </Button>
          <Button onClick={() => group(grouped === null)}>
            {t(grouped === null ? 'board.floodByCause' : 'board.floodOneByOne')}
          </Button>
        </div>
      )}
    </div>
  );
};
