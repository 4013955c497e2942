import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { holdDroppedFiles } from './app/dropped-files.ts';
import { onEvent, onSession } from './app/events.ts';
import { connectBridge } from './bridge.ts';
import { expectLanguage, loadLanguage, startLanguage } from './i18n.ts';
import { queryClient } from './query.ts';
import { loadAlerts, loadFirstAlerts, useAlerts } from './stores/alerts.ts';
import { loadSystem, useSystem } from './stores/system.ts';
import './ui/styles/tokens.css';
import './ui/styles/base.css';

const start = async () => {
  expectLanguage();
  holdDroppedFiles();
  useSystem.subscribe(({ session }, { session: before }) => {
    if (before !== null && session !== null && before !== session) onSession(before, session);
  });
  // A browser that is not let in gets no answers: it is shown why all the same.
  const refused = new Promise<void>((resolve) => {
    useSystem.subscribe(({ connection }) => connection === 'refused' && resolve());
  });
  connectBridge({ onConnection: (connection) => useSystem.setState({ connection }), onEvent });
  await Promise.race([refused, Promise.all([loadSystem(), loadFirstAlerts()])]);
  await startLanguage(useSystem.getState().session?.preferences.language ?? 'en');
  return (
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  );
};

/** The parts by themselves need no core; a build does not contain them. */
const showParts = async () => {
  await Promise.all([loadLanguage('en'), startLanguage('en')]);
  const { ComponentsPage } = await import('./components/components-page.tsx');
  return <ComponentsPage />;
};

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
/** Those of a long board that need not be there before its first rows are drawn. */
const loadOtherAlerts = () =>
  requestIdleCallback(() => useAlerts.getState().complete || void loadAlerts(), { timeout: 1_000 });

const parts = import.meta.env.DEV && location.hash === '#/components';
createRoot(root).render(parts ? await showParts() : await start());
if (!parts) loadOtherAlerts();
