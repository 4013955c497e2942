import { useTranslation } from 'react-i18next';
import { goTo } from '../../routes.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { EngineSection } from './engine-section.tsx';
import { OverviewSection } from './overview/overview-section.tsx';
import './health-screen.css';

type Section = 'overview' | 'engine';

/** How the festival is, and how Regie itself is. */
export const HealthScreen = ({ section }: { section: Section }) => {
  const { t } = useTranslation();
  return (
    <div className="screen stack">
      <h1>{t('health.title')}</h1>
      <Tabs<Section>
        label={t('overview.tabs')}
        value={section}
        onChange={(chosen) => goTo({ screen: 'health', ...(chosen === 'engine' ? { section: chosen } : {}) })}
        tabs={[
          { value: 'overview', label: t('overview.tab_overview'), panel: <OverviewSection /> },
          { value: 'engine', label: t('overview.tab_engine'), panel: <EngineSection /> },
        ]}
      />
    </div>
  );
};
