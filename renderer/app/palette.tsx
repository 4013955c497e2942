import { Command, defaultFilter } from 'cmdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { folded } from '../../shared/domain/log-words.ts';
import { receiptNumber, receiptRow } from '../../shared/domain/receipt.ts';
import { useChecklists } from '../features/checklists/use-checklists.ts';
import { lock } from '../features/operators/use-lock.ts';
import { useRunbookText } from '../features/runbook/use-runbook-text.ts';
import { goTo, type Route, SETTINGS_SECTIONS, useRoute } from '../routes.ts';
import { titleOf } from '../sentence.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useSystem } from '../stores/system.ts';
import { askSignIn, openDialog } from '../stores/ui.ts';
import { Dialog } from '../ui/dialog.tsx';

const SHOWN = 50;
/** Fits whatever is typed, worse than all else. */
const LAST = '– last –';
const fits = (value: string, typed: string, keywords?: string[]): number =>
  value === LAST ? Number.MIN_VALUE : (defaultFilter(folded(value), folded(typed), keywords?.map(folded)) ?? 0);

/** Ctrl+K: any card, alert, screen or action by a few letters. */
export const Palette = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const byId = useAlerts((state) => state.byId);
  const signedIn = useSystem((state) => state.session?.operator != null);
  const [typed, setTyped] = useState('');
  const text = useRunbookText();
  const lists = useChecklists()?.lists.map(({ checklist }) => text(checklist.title)) ?? [];
  const route = useRoute();
  const shown = route.screen === 'board' && route.incidentId !== null ? byId?.get(route.incidentId) : undefined;
  const go = (to: Route) => {
    onClose();
    goTo(to);
  };
  const act = (action: () => unknown) => {
    onClose();
    void action();
  };
  // First where it looks like a card's id, last where it is a word that may name a screen or an action.
  const isId = /\d/.test(typed);
  const card = typed.trim() !== '' && (
    <Command.Item
      forceMount={isId}
      value={isId ? `card ${typed}` : LAST}
      onSelect={() => go({ screen: 'card', cardId: typed.trim() })}
    >
      {t('common.openCard', { card: typed.trim() })}
    </Command.Item>
  );
  const receipt = receiptRow(typed);
  return (
    <Dialog title={t('common.paletteTitle')} onClose={onClose}>
      <Command label={t('common.paletteTitle')} className="palette" filter={fits}>
        <Command.Input
          className="bare-input"
          autoFocus
          placeholder={t('common.paletteHint')}
          value={typed}
          onValueChange={setTyped}
        />
        <Command.List className="palette-list">
          <Command.Empty>{t('common.paletteEmpty')}</Command.Empty>
          {receipt !== null && (
            <Command.Item
              forceMount
              value={`receipt ${typed}`}
              onSelect={() => openDialog({ kind: 'receipt', logId: receipt })}
            >
              {t('common.openReceipt', { number: receiptNumber(receipt) })}
            </Command.Item>
          )}
          {isId && card}
          <Command.Item onSelect={() => go({ screen: 'board', incidentId: null })}>{t('common.board')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'card', cardId: null })}>{t('common.card')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'runbooks', runId: null })}>{t('common.runbooks')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'log', query: '' })}>{t('log.title')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'history', incidentId: null, query: '' })}>
            {t('history.title')}
          </Command.Item>
          <Command.Item onSelect={() => go({ screen: 'corrections', query: '' })}>{t('register.title')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'approvals' })}>{t('proposals.navigation')}</Command.Item>
          <Command.Item keywords={lists} onSelect={() => go({ screen: 'checklists', run: null })}>
            {t('checklists.title')}
          </Command.Item>
          <Command.Item onSelect={() => go({ screen: 'handover' })}>{t('common.handover')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'waiting' })}>{t('waiting.navigation')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'health' })}>{t('common.health')}</Command.Item>
          <Command.Item keywords={[t('health.hours')]} onSelect={() => go({ screen: 'health', section: 'engine' })}>
            {t('common.healthSection', { section: t('overview.tab_engine') })}
          </Command.Item>
          <Command.Item onSelect={() => go({ screen: 'database', section: 'now' })}>{t('database.title')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'reports' })}>{t('reports.title')}</Command.Item>
          <Command.Item onSelect={() => go({ screen: 'drills', drillId: null })}>{t('drills.title')}</Command.Item>
          {SETTINGS_SECTIONS.map((section) => (
            <Command.Item key={section} onSelect={() => go({ screen: 'settings', section })}>
              {t('common.settingsSection', { section: t(`settings.section_${section}`) })}
            </Command.Item>
          ))}
          {signedIn && <Command.Item onSelect={() => act(lock)}>{t('people.lock')}</Command.Item>}
          <Command.Item onSelect={() => act(() => askSignIn())}>
            {t(signedIn ? 'people.switchUser' : 'people.signInNow')}
          </Command.Item>
          <Command.Item onSelect={() => openDialog({ kind: 'help' })}>{t('common.helpTitle')}</Command.Item>
          <Command.Item onSelect={() => openDialog({ kind: 'silence', alert: null })}>
            {t('team.newSilence')}
          </Command.Item>
          {shown?.open && (
            <Command.Item onSelect={() => openDialog({ kind: 'merge', alert: shown })}>
              {t('team.merge')} {titleOf(shown)}
            </Command.Item>
          )}
          {[...(byId?.values() ?? [])].slice(0, SHOWN).map((alert) => (
            <Command.Item
              key={alert.incidentId}
              value={`${titleOf(alert)} ${alert.incidentId}`}
              onSelect={() => go({ screen: 'board', incidentId: alert.incidentId })}
            >
              {titleOf(alert)}
            </Command.Item>
          ))}
          {!isId && card}
        </Command.List>
      </Command>
    </Dialog>
  );
};
