import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../bridge.ts';
import { useCardReader } from '../features/card-reader/use-card-reader.ts';
import { useLock } from '../features/operators/use-lock.ts';
import { useLanguage } from '../i18n.ts';
import { useKeys } from '../keys.ts';
import { hrefOf, type Route, useRoute } from '../routes.ts';
import { ApprovalsScreen } from '../screens/approvals/approvals-screen.tsx';
import { BoardScreen } from '../screens/board/board-screen.tsx';
import { CardScreen } from '../screens/card/card-screen.tsx';
import { DrillBar } from '../screens/drills/drill-bar.tsx';
import { DrillsScreen } from '../screens/drills/drills-screen.tsx';
import { HandoverScreen } from '../screens/handover/handover-screen.tsx';
import { HealthScreen } from '../screens/health/health-screen.tsx';
import { OutboxScreen } from '../screens/outbox/outbox-screen.tsx';
import { RunbookScreen } from '../screens/runbook/runbook-screen.tsx';
import { RunScreen } from '../screens/runbooks/run-screen.tsx';
import { RunbookReading } from '../screens/runbooks/runbook-reading.tsx';
import { RunbooksScreen } from '../screens/runbooks/runbooks-screen.tsx';
import { SettingsScreen } from '../screens/settings/settings-screen.tsx';
import { titleOf } from '../sentence.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useSystem } from '../stores/system.ts';
import { dropToast, openDialog, useUi } from '../stores/ui.ts';
import { isOverlayOpen } from '../ui/overlay.ts';
import { Toasts } from '../ui/toasts.tsx';
import { Banners } from './banners.tsx';
import { Dialogs } from './dialogs.tsx';
import { Navigation } from './navigation.tsx';
import { ScreenBoundary, UnknownScreen } from './screen-boundary.tsx';
import { TopBar } from './top-bar.tsx';
import { TrainingBanner } from './training-banner.tsx';
import './shell.css';

export const App = () => {
  const { t } = useTranslation();
  const route = useRoute();
  const preferences = useSystem((state) => state.session?.preferences);
  useLanguage(preferences?.language ?? 'en');
  useEffect(() => {
    document.documentElement.dataset.theme = preferences?.theme ?? 'dark';
  }, [preferences?.theme]);
  useFailure();
  useTitle();
  useKeys({
    search: () => {
      if (!isOverlayOpen()) openDialog({ kind: 'palette' });
    },
    help: () => openDialog({ kind: 'help' }),
  });
  useLock();
  useCardReader();
  const toasts = useUi((ui) => ui.toasts);
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
      <Navigation route={route} running={running} />
      <main className="main" aria-label={t('common.appName')}>
        <ScreenBoundary place={location.hash}>
          <Screen route={route} />
        </ScreenBoundary>
      </main>
      <LoudestAlert />
      <Dialogs />
      <Toasts toasts={toasts} onDrop={dropToast} />
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
      return <OutboxScreen />;
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
    case 'unknown':
      return <UnknownScreen address={route.address} />;
  }
};

/** A festival that could not be opened is repaired in the settings: they are shown once, and other screens stay open. */
const useFailure = (): void => {
  const failed = useSystem((state) => state.status?.failure?.code ?? null);
  useEffect(() => {
    if (failed !== null) location.hash = hrefOf({ screen: 'settings' });
  }, [failed]);
};

/** The number of open alerts in the title, for whoever looks at another window. */
const useTitle = (): void => {
  const open = useAlerts((state) => [...(state.byId?.values() ?? [])].filter((alert) => alert.open).length);
  useEffect(() => {
    document.title = open === 0 ? 'Regie' : `(${open}) Regie`;
  }, [open]);
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
    <p className="visually-hidden" role="alert" aria-live="assertive">
      {alert ? t('common.newCritical', { sentence: titleOf(alert) }) : ''}
    </p>
  );
};
