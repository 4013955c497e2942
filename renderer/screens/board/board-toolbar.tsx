import { Search } from 'lucide-react';
import { memo, type RefObject, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { SavedViews } from '../../features/views/saved-views.tsx';
import { useSystem } from '../../stores/system.ts';
import { Select } from '../../ui/select.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useLetters } from '../../ui/use-letters.ts';
import { useWhenIdle } from '../../ui/when-idle.ts';
import { type BoardRow, tabCounts } from './rows.ts';
import { type BoardView, GROUPINGS, readView, TABS, writeView } from './view.ts';

/** Which alerts the board shows, and how. */
export const BoardToolbar = memo(
  (props: {
    view: BoardView;
    /** Null: not all alerts are here yet. */
    rows: readonly BoardRow[] | null;
    search: RefObject<HTMLInputElement | null>;
    /** The focus is in none of it any more. */
    onLeave: () => void;
    /** The flood has grouped it by its causes. */
    byCause: boolean;
    onChange: (some: Partial<BoardView>) => void;
  }) => {
    const { t } = useTranslation();
    const { view, search, byCause, onLeave, onChange } = props;
    const [letters, typeLetters] = useLetters(
      view.text,
      useCallback((text: string) => onChange({ text }), [onChange]),
    );
    const operator = useSystem((state) => state.session?.operator ?? null);
    const rows = useWhenIdle(props.rows);
    const counts = useMemo(() => (rows === null ? null : tabCounts(rows, operator)), [rows, operator]);
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: what has the focus stands in it
      <div
        className="board-toolbar"
        onBlur={({ currentTarget, relatedTarget }) => {
          if (!currentTarget.contains(relatedTarget)) onLeave();
        }}
      >
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
              placeholder={t('board.searchHint')}
              value={letters}
              onChange={(event) => typeLetters(event.target.value)}
              onKeyDown={({ key, currentTarget }) => {
                if (key === 'Escape') currentTarget.blur();
              }}
            />
          </span>
          <Select
            aria-label={t('board.group')}
            value={view.group}
            options={GROUPINGS.map((value) => ({
              value,
              label: t(`board.group_${value === 'none' && byCause ? 'cause' : value}`),
            }))}
            onChange={(group) => onChange({ group })}
          />
          <SavedViews
            screen="board"
            view={writeView(view)}
            reset={t('board.resetView')}
            onShow={(address) => onChange(readView(address))}
          />
        </div>
      </div>
    );
  },
);
