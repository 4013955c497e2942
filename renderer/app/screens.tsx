import { memo, Suspense } from 'react';
import { LANGUAGES } from '../../shared/domain/language.ts';
import { loadLanguage } from '../i18n.ts';
import { later } from '../later.ts';
import type { Route } from '../routes.ts';
import { BoardScreen } from '../screens/board/board-screen.tsx';
import { useLogLine } from '../stores/log-line.ts';
import { UnknownScreen } from './screen-boundary.tsx';

const ApprovalsScreen = later(() =>
  import('../screens/approvals/approvals-screen.tsx').then((module) => module.ApprovalsScreen),
);
const CardScreen = later(async () => {
  // What is said to the visitor stands there in both languages.
  await Promise.all(LANGUAGES.map(loadLanguage));
  return (await import('../screens/card/card-screen.tsx')).CardScreen;
});
const ChecklistsScreen = later(() =>
  import('../screens/checklists/checklists-screen.tsx').then((module) => module.ChecklistsScreen),
);
const ChecklistScreen = later(() =>
  import('../screens/checklists/checklist-screen.tsx').then((module) => module.ChecklistScreen),
);
const ConnectScreen = later(() =>
  import('../screens/connect/connect-screen.tsx').then((module) => module.ConnectScreen),
);
const CorrectionsScreen = later(() =>
  import('../screens/corrections/corrections-screen.tsx').then((module) => module.CorrectionsScreen),
);
const DatabaseScreen = later(() =>
  import('../screens/database/database-screen.tsx').then((module) => module.DatabaseScreen),
);
const DrillsScreen = later(() => import('../screens/drills/drills-screen.tsx').then((module) => module.DrillsScreen));
const HandoverScreen = later(() =>
  import('../screens/handover/handover-screen.tsx').then((module) => module.HandoverScreen),
);
const HealthScreen = later(() => import('../screens/health/health-screen.tsx').then((module) => module.HealthScreen));
const HistoryScreen = later(() =>
  import('../screens/history/history-screen.tsx').then((module) => module.HistoryScreen),
);
const LogScreen = later(() => import('../screens/log/log-screen.tsx').then((module) => module.LogScreen));
const LogLineBar = later(() => import('../features/log/log-line.tsx').then((module) => module.LogLineBar));
const OutboxScreen = later(() => import('../screens/outbox/outbox-screen.tsx').then((module) => module.OutboxScreen));
const ReportsScreen = later(() =>
  import('../screens/reports/reports-screen.tsx').then((module) => module.ReportsScreen),
);
const RunbookScreen = later(() =>
  import('../screens/runbook/runbook-screen.tsx').then((module) => module.RunbookScreen),
);
const RunScreen = later(() => import('../screens/runbooks/run-screen.tsx').then((module) => module.RunScreen));
const RunbookReading = later(() =>
  import('../screens/runbooks/runbook-reading.tsx').then((module) => module.RunbookReading),
);
const RunbooksScreen = later(() =>
  import('../screens/runbooks/runbooks-screen.tsx').then((module) => module.RunbooksScreen),
);
const SettingsScreen = later(() =>
  import('../screens/settings/settings-screen.tsx').then((module) => module.SettingsScreen),
);

/** The screen of an address. */
export const Screen = ({ route }: { route: Route }) => {
  switch (route.screen) {
    case 'board':
      return <BoardScreen incidentId={route.incidentId} view={route.view ?? ''} />;
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
    case 'log':
      return <LogScreen query={route.query} />;
    case 'corrections':
      return <CorrectionsScreen query={route.query} />;
    case 'history':
      return <HistoryScreen incidentId={route.incidentId} query={route.query} />;
    case 'checklists':
      return route.run === null ? (
        <ChecklistsScreen />
      ) : (
        <ChecklistScreen key={`${route.run.listId} ${route.run.windowKey}`} at={route.run} />
      );
    case 'waiting':
      return <OutboxScreen />;
    case 'handover':
      return <HandoverScreen />;
    case 'drills':
      return <DrillsScreen drillId={route.drillId} />;
    case 'approvals':
      return <ApprovalsScreen />;
    case 'health':
      return <HealthScreen section={route.section ?? 'overview'} />;
    case 'connect':
      return <ConnectScreen />;
    case 'reports':
      return <ReportsScreen />;
    case 'database':
      return <DatabaseScreen section={route.section} />;
    // Drawn without the frame (app.tsx).
    case 'wall':
      return null;
    case 'settings':
      return <SettingsScreen section={route.section} />;
    case 'unknown':
      return <UnknownScreen address={route.address} />;
  }
};

/** The line in which the log is written, below whatever screen is shown. */
export const LogLine = memo(() => {
  const open = useLogLine((state) => state.open);
  return open ? (
    <Suspense fallback={null}>
      <LogLineBar />
    </Suspense>
  ) : null;
});
