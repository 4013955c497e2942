import { memo, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowId } from '../../shared/domain/row-id.ts';
import { call } from '../bridge.ts';
import { watchSound } from '../features/alarm/sound-state.ts';
import { useCardReader } from '../features/card-reader/use-card-reader.ts';
import { useLock } from '../features/operators/use-lock.ts';
import { showLanguage } from '../i18n.ts';
import { useKeys } from '../keys.ts';
import { later, loadTheRest } from '../later.ts';
import { goTo, hrefOf, type Route, useRoute } from '../routes.ts';
import { titleOf } from '../sentence.ts';
import { countOpen, newestCritical, useAlerts } from '../stores/alerts.ts';
import { openLogLine } from '../stores/log-line.ts';
import { useSystem } from '../stores/system.ts';
import { dropToast, openDialog, useUi } from '../stores/ui.ts';
import { isOverlayOpen } from '../ui/overlay.ts';
import { Banners } from './banners.tsx';
import { Dialogs } from './dialogs.tsx';
import { Navigation } from './navigation.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { LogLine, Screen } from './screens.tsx';
import { TopBar } from './top-bar.tsx';
import './frame.css';

const Toasts = later(() => import('../ui/toasts.tsx').then((module) => module.Toasts));
const Wall = later(() => import('./wall/wall.tsx').then((module) => module.Wall));
const DrillBar = memo(later(() => import('../screens/drills/drill-bar.tsx').then((module) => module.DrillBar)));

export const App = () => {
  const route = useRoute();
  const preferences = useSystem((state) => state.session?.preferences);
  const language = preferences?.language ?? 'en';
  useEffect(() => void showLanguage(language), [language]);
  const theme = route.screen === 'wall' ? (route.light ? 'light' : 'dark') : (preferences?.theme ?? 'dark');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const connected = useSystem((state) => state.connection === 'open');
  useVisible(connected);
  useTitle();
  if (route.screen !== 'wall') return <Console route={route} connected={connected} />;
  return (
    <ScreenBoundary place={hrefOf(route)}>
      <Suspense>
        <Wall />
      </Suspense>
    </ScreenBoundary>
  );
};

/**
 * Everything that people work with: bar, navigation, the screen of the address, dialogs. An address changes with each letter
 * that narrows a list and each row that is selected: what stands around the screen is not drawn again for it.
 */
const Console = ({ route, connected }: { route: Route; connected: boolean }) => {
  const { t } = useTranslation();
  useFailure();
  useKeys({
    search: () => {
      if (!isOverlayOpen()) openDialog({ kind: 'palette' });
    },
    help: () => openDialog({ kind: 'help' }),
    log: openLogLine,
  });
  useLock();
  useCardReader();
  useScreenChange(route.screen);
  // The first rows wait for no script that shows nothing yet.
  const [isThere, setIsThere] = useState(false);
  useEffect(() => {
    watchSound();
    const timer = setTimeout(() => {
      setIsThere(true);
      void loadTheRest();
    }, 1_000);
    return () => clearTimeout(timer);
  }, []);
  const toasts = useUi((ui) => ui.toasts);
  const shown = route.screen === 'board' || route.screen === 'runbook' ? route.incidentId : null;
  useEffect(() => {
    if (connected) void call('presence.show', { incidentId: shown });
  }, [shown, connected]);
  const [running, setRunning] = useState<RowId | null>(null);
  useEffect(() => {
    if (route.screen === 'runbook') setRunning(route.incidentId);
  }, [route]);
  return (
    <div className="shell">
      <TopBar running={route.screen === 'runbook' ? null : running} />
      <div>
        <Banners />
        <Suspense>{isThere && <DrillBar />}</Suspense>
      </div>
      <Navigation screen={route.screen} />
      <main className="main" aria-label={t('common.appName')}>
        <ScreenBoundary place={hrefOf(route)}>
          <Suspense fallback={<p className="screen quiet">{t('common.loading')}</p>}>
            <Screen route={route} />
          </Suspense>
        </ScreenBoundary>
      </main>
      <LogLine />
      <LoudestAlert />
      <Dialogs />
      <Suspense>{(isThere || toasts.length > 0) && <Toasts toasts={toasts} onDrop={dropToast} />}</Suspense>
    </div>
  );
};

/** A page behind another one draws nothing: the core does not wait for what it cannot show. */
const useVisible = (connected: boolean): void => {
  useEffect(() => {
    if (!connected) return;
    const report = () => void call('screen.visible', { visible: document.visibilityState === 'visible' });
    report();
    document.addEventListener('visibilitychange', report);
    return () => document.removeEventListener('visibilitychange', report);
  }, [connected]);
};

/** A dialog belongs to the screen that it was opened on. */
const useScreenChange = (screen: string): void => {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    useUi.setState({ dialog: null });
  }, [screen]);
};

/** A festival that could not be opened is repaired in the settings: they are shown once, and other screens stay open. */
const useFailure = (): void => {
  const failed = useSystem((state) => state.status?.failure?.code ?? null);
  useEffect(() => {
    if (failed !== null) goTo({ screen: 'settings', section: 'connection' });
  }, [failed]);
};

/** The number of open alerts in the title, for whoever looks at another window. */
const useTitle = (): void => {
  const open = useAlerts(countOpen);
  useEffect(() => {
    document.title = open === 0 ? 'Regie' : `(${open}) Regie`;
  }, [open]);
};

/** Tells a screen reader about the newest critical alert, at once. */
const LoudestAlert = () => {
  const { t } = useTranslation();
  const newest = useAlerts(newestCritical);
  const alert = useAlerts((state) => (newest === null ? undefined : state.byId?.get(newest)));
  return (
    <p className="visually-hidden" role="alert" aria-live="assertive">
      {alert ? t('common.newCritical', { sentence: titleOf(alert) }) : ''}
    </p>
  );
};
