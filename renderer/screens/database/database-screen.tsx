import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MaintenancePanel } from '../../features/maintenance/maintenance-panel.tsx';
import { errorSentence } from '../../i18n.ts';
import { type DatabaseSection, goTo } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ConsoleLogPanel } from './console-log-panel.tsx';
import { DatabasePanel } from './database-panel.tsx';
import { HighLoadPanel } from './high-load-panel.tsx';
import { RunsPanel } from './runs-panel.tsx';
import { type PanelsOf, usePanels } from './use-panels.ts';
import './database.css';

/** How the festival's database is. Each section is an address; a part of another subject adds its own. */
export const DatabaseScreen = ({ section }: { section: DatabaseSection }) => {
  const { t } = useTranslation();
  // Both are followed while the screen is open: what is wrong in the other section is counted at its tab.
  const now = usePanels('now');
  const store = usePanels('store');
  return (
    <div className="screen stack">
      <h1>{t('database.title')}</h1>
      <Tabs<DatabaseSection>
        label={t('database.sections')}
        value={section}
        onChange={(chosen) => goTo({ screen: 'database', section: chosen })}
        tabs={[
          {
            value: 'now',
            label: t('database.section_now'),
            ...countOf(now),
            panel: <Panels of={now} first={<HighLoadPanel />} />,
          },
          { value: 'store', label: t('database.section_store'), ...countOf(store), panel: <Panels of={store} /> },
          { value: 'upkeep', label: t('maintenance.title'), panel: <MaintenancePanel /> },
          { value: 'log', label: t('database.section_log'), panel: <ConsoleLogPanel /> },
        ]}
      />
    </div>
  );
};

const countOf = ({ panels }: PanelsOf): { count?: number } => {
  const count = panels.filter(({ level }) => level === 'warning' || level === 'critical').length;
  return count === 0 ? {} : { count };
};

const Panels = ({ of: { panels, error, dueMs, refresh }, first }: { of: PanelsOf; first?: ReactNode }) => {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <div className="row">
        <Button onClick={() => void refresh()}>{t('health.refresh')}</Button>
        {error !== null && <p role="alert">{errorSentence(error)}</p>}
      </div>
      {first}
      {panels.length === 0 && <p className="quiet">{t('database.never')}</p>}
      {panels.map((panel) => (
        <DatabasePanel key={panel.panel} panel={panel} dueMs={dueMs} />
      ))}
      <RunsPanel />
    </div>
  );
};
