import { ChevronDown, Search } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Select } from '../../ui/select.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { type BoardTab, type BoardView, GROUPINGS, readView, TABS, WHOLE_BOARD, writeView } from './view.ts';

/** Which alerts the board shows, and how. */
export const BoardToolbar = (props: {
  view: BoardView;
  /** Null: not all alerts are here yet. */
  counts: Readonly<Record<BoardTab, number>> | null;
  search: RefObject<HTMLInputElement | null>;
  onChange: (some: Partial<BoardView>) => void;
}) => {
  const { t } = useTranslation();
  const { view, counts, search, onChange } = props;
  return (
    <div className="board-toolbar">
      <Tabs
        label={t('board.tabs')}
        value={view.tab}
        tabs={TABS.map((value) => ({ value, label: t(`board.tab_${value}`), count: counts?.[value] }))}
        onChange={(tab) => onChange({ tab })}
      />
      <span className="board-toolbar-space" />
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
  );
};

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
      {naming && (
        <NameDialog
          onClose={() => setNaming(false)}
          onName={async (name) => {
            const others = saved.filter((one) => one.name !== name);
            const answer = await keep([...others, { name, view: writeView(view) }].slice(-20));
            if (answer.ok) showToast(t('board.viewSaved'));
            setNaming(false);
          }}
        />
      )}
    </>
  );
};

const NameDialog = ({ onName, onClose }: { onName: (name: string) => Promise<void>; onClose: () => void }) => {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  return (
    <Dialog title={t('board.saveViewTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void onName(name.trim());
        }}
      >
        <Field
          label={t('board.viewName')}
          value={name}
          maxLength={40}
          onChange={(event) => setName(event.target.value)}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="primary" disabled={name.trim() === ''}>
            {t('common.save')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
