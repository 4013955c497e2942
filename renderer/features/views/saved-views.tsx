import { ChevronDown } from 'lucide-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preferences } from '../../../shared/contract/session.ts';
import { call } from '../../bridge.ts';
import { later } from '../../later.ts';
import { goTo } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';

const ViewNameDialog = later(() => import('./view-name-dialog.tsx').then((module) => module.ViewNameDialog));

type Saved = Preferences['boardViews'][number];
const NONE: readonly Saved[] = [];

/**
 * Views that somebody has named on this laptop, of the board and of the history: each can be opened from both.
 * @param props.view what is shown, as the address has it
 * @param props.reset what the view without any filter is called
 */
export const SavedViews = (props: {
  screen: 'board' | 'history';
  view: string;
  reset: string;
  onShow: (view: string) => void;
}) => {
  const { t } = useTranslation();
  const { screen, view, reset, onShow } = props;
  const saved = useSystem((state) => state.session?.preferences.boardViews ?? NONE);
  const [naming, setNaming] = useState(false);
  const screenOf = (one: Saved) => one.screen ?? 'board';
  const own = saved.filter((one) => screenOf(one) === screen);
  const others = saved.filter((one) => screenOf(one) !== screen);
  const keep = (boardViews: readonly Saved[]) => call('session.setPreferences', { boardViews: [...boardViews] });
  const openOther = (one: Saved): void =>
    goTo(
      screenOf(one) === 'history'
        ? { screen: 'history', incidentId: null, query: one.view }
        : { screen: 'board', incidentId: null, view: one.view },
    );
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button>
            {t('board.views')} <ChevronDown size={14} aria-hidden="true" />
          </Button>
        }
        groups={[
          [
            { label: reset, act: () => onShow('') },
            ...own.map((one) => ({ label: one.name, act: () => onShow(one.view) })),
          ],
          others.map((one) => ({
            label: t(screen === 'board' ? 'history.ofHistory' : 'history.ofBoard', { name: one.name }),
            act: () => openOther(one),
          })),
          [{ label: t('board.saveView'), act: () => setNaming(true) }],
          own.map((one) => ({
            label: t('board.forgetView', { name: one.name }),
            act: () => void keep(saved.filter((other) => other !== one)),
          })),
        ]}
      />
      <Suspense>
        {naming && (
          <ViewNameDialog
            onClose={() => setNaming(false)}
            onName={async (name) => {
              const left = saved.filter((one) => one.name !== name || screenOf(one) !== screen);
              const added: Saved = screen === 'history' ? { name, view, screen } : { name, view };
              const answer = await keep([...left, added].slice(-40));
              if (answer.ok) showToast(t('board.viewSaved'));
              setNaming(false);
            }}
          />
        )}
      </Suspense>
    </>
  );
};
