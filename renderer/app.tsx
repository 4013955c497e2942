import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApprovalsScreen } from './approvals/approvals-screen.tsx';
import { BoardScreen } from './board/board-screen.tsx';
import { call } from './bridge.ts';
import { CardScreen } from './card/card-screen.tsx';
import { useCardReader } from './card/use-card-reader.ts';
import { isDialogOpen } from './components/dialog.tsx';
import { Toasts } from './components/toasts.tsx';
import { DrillBar } from './drills/drill-bar.tsx';
import { DrillsScreen } from './drills/drills-screen.tsx';
import { HandoverScreen } from './handover/handover-screen.tsx';
import { HealthScreen } from './health/health-screen.tsx';
import { useLanguage } from './i18n.ts';
import { useLock } from './people/use-lock.ts';
import { type Route, useRoute } from './routes.ts';
import { RunbookScreen } from './runbook/runbook-screen.tsx';
import { RunScreen } from './runbooks/run-screen.tsx';
import { RunbookReading } from './runbooks/runbook-reading.tsx';
import { RunbooksScreen } from './runbooks/runbooks-screen.tsx';
import { titleOf } from './sentence.ts';
import { SettingsScreen } from './settings/settings-screen.tsx';
import { Banners } from './shell/banners.tsx';
import { Dialogs } from './shell/dialogs.tsx';
import { Rail } from './shell/rail.tsx';
import { TopBar } from './shell/top-bar.tsx';
import { TrainingBanner } from './shell/training-banner.tsx';
import { useAlerts } from './stores/alerts.ts';
import { useSystem } from './stores/system.ts';
import { openDialog } from './stores/ui.ts';
import { WaitingScreen } from './waiting/waiting-screen.tsx';
import './shell/shell.css';

export const App = () => {
  const { t } = useTranslation();
  const route = useRoute();
  const preferences = useSystem((state) => state.session?.preferences);
  useLanguage(preferences?.language ?? 'en');
  useEffect(() => {
    document.documentElement.dataset.theme = preferences?.theme ?? 'dark';
  }, [preferences?.theme]);
  useTitle();
  usePaletteKey();
  useLock();
  useCardReader();
  const shown = route.screen === 'board' || route.screen === 'runbook' ? route.incidentId : null;
  const connected = useSystem((state) => state.connection === 'open');
  useEffect(() => {
    if (connected) void call('presence.show', { incidentId: shown });
  }, [shown, connected]);
  const [running, setRunning] = useState<number | null>(null);
  useEffect(() => {
    if (route.screen === 'runbook') setRunning(route.incidentId);
  }, [route]);
  return (
    <div className="shell">
      <TopBar />
      <TrainingBanner />
      <div>
        <DrillBar />
        <Banners />
      </div>
      <Rail route={route} running={running} />
      <main className="main" aria-label={t('common.appName')}>
        <Screen route={route} />
      </main>
      <LoudestAlert />
      <Dialogs />
      <Toasts />
    </div>
  );
};

const Screen = ({ route }: { route: Route }) => {
  switch (route.screen) {
    case 'board':
      return <BoardScreen incidentId={route.incidentId} />;
    case 'runbook':
      return <RunbookScreen key={route.incidentId} incidentId={route.incidentId} />;
    case 'runbooks':
      return 'runbookId' in route ? (
        <RunbookReading runbookId={route.runbookId} />
      ) : route.runId === null ? (
        <RunbooksScreen />
      ) : (
        <RunScreen key={route.runId} runId={route.runId} />
      );
    case 'card':
      return <CardScreen cardId={route.cardId} />;
    case 'waiting':
      return <WaitingScreen />;
    case 'handover':
      return <HandoverScreen />;
    case 'drills':
      return <DrillsScreen drillId={route.drillId} />;
    case 'approvals':
      return <ApprovalsScreen />;
    case 'health':
      return <HealthScreen />;
    case 'settings':
      return <SettingsScreen />;
  }
};

/** The number of open alerts in the title, for whoever looks at another window. */
const useTitle = (): void => {
  const open = useAlerts((state) => [...(state.byId?.values() ?? [])].filter((alert) => alert.open).length);
  useEffect(() => {
    document.title = open === 0 ? 'Regie' : `(${open}) Regie`;
  }, [open]);
};

const usePaletteKey = (): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (!isDialogOpen()) openDialog({ kind: 'palette' });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
};

/** Tells a screen reader about the newest critical alert, at once. */
const LoudestAlert = () => {
  const { t } = useTranslation();
  const newest = useAlerts((state) =>
    [...(state.byId?.values() ?? [])]
      .filter((alert) => alert.open && alert.lead.severity === 'CRITICAL' && alert.lead.acknowledgedAt === null)
      .reduce<number | null>((latest, alert) => Math.max(latest ?? 0, alert.incidentId), null),
  );
  const alert = useAlerts((state) => (newest === null ? undefined : state.byId?.get(newest)));
  return (
    <p className="visually-hidden" role="alert">
      {alert ? t('common.newCritical', { sentence: titleOf(alert) }) : ''}
    </p>
  );
};
