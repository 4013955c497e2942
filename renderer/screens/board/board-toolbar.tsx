import { ChevronDown, Search } from 'lucide-react';
import { memo, type RefObject, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { later } from '../../later.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Select } from '../../ui/select.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useWhenIdle } from '../../ui/when-idle.ts';
import { type BoardRow, tabCounts } from './rows.ts';
import { type BoardView, GROUPINGS, readView, TABS, WHOLE_BOARD, writeView } from './view.ts';

const ViewNameDialog = later(() => import('./view-name-dialog.tsx').then((module) => module.ViewNameDialog));

/** Which alerts the board shows, and how. */
export const BoardToolbar = memo(
  (props: {
    view: BoardView;
    /** Null: not all alerts are here yet. */
    rows: readonly BoardRow[] | null;
    search: RefObject<HTMLInputElement | null>;
    onChange: (some: Partial<BoardView>) => void;
  }) => {
    const { t } = useTranslation();
    const { view, search, onChange } = props;
    const operator = useSystem((state) => state.session?.operator ?? null);
    const rows = useWhenIdle(props.rows);
    const counts = useMemo(() => (rows === null ? null : tabCounts(rows, operator)), [rows, operator]);
    return (
      <div className="board-toolbar">
        <Tabs
          label={t('board.tabs')}
          value={view.tab}
          tabs={TABS.map((value) => ({ value, label: t(`board.tab_${value}`), count: counts?.[value] }))}
          onChange={(tab) => onChange({ tab })}
        />
        <div className="board-tools">
          <span className="board-search">
            <Search size={14} aria-hidden="true" />
            <input
              ref={search}
              className="bare-input"
              type="search"
              aria-label={t('board.search')}
              placeholder={t('board.search')}
              value={view.text}
              onChange={(event) => onChange({ text: event.target.value })}
            />
          </span>
          <Select
            aria-label={t('board.group')}
            value={view.group}
            options={GROUPINGS.map((value) => ({ value, label: t(`board.group_${value}`) }))}
            onChange={(group) => onChange({ group })}
          />
          <Views view={view} onChange={onChange} />
        </div>
      </div>
    );
  },
);

const NONE: readonly { name: string; view: string }[] = [];

/** Views that somebody has named, of this laptop. */
const Views = ({ view, onChange }: { view: BoardView; onChange: (some: Partial<BoardView>) => void }) => {
  const { t } = useTranslation();
  const saved = useSystem((state) => state.session?.preferences.boardViews ?? NONE);
  const [naming, setNaming] = useState(false);
  const keep = (boardViews: { name: string; view: string }[]) => call('session.setPreferences', { boardViews });
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
            { label: t('board.resetView'), act: () => onChange(WHOLE_BOARD) },
            ...saved.map(({ name, view: address }) => ({ label: name, act: () => onChange(readView(address)) })),
          ],
          [{ label: t('board.saveView'), act: () => setNaming(true) }],
          saved.map(({ name }) => ({
            label: t('board.forgetView', { name }),
            act: () => void keep(saved.filter((one) => one.name !== name)),
          })),
        ]}
      />
      <Suspense>
        {naming && (
          <ViewNameDialog
            onClose={() => setNaming(false)}
            onName={async (name) => {
              const others = saved.filter((one) => one.name !== name);
              const answer = await keep([...others, { name, view: writeView(view) }].slice(-20));
              if (answer.ok) showToast(t('board.viewSaved'));
              setNaming(false);
            }}
          />
        )}
      </Suspense>
    </>
  );
};
