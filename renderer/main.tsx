import { createRoot } from 'react-dom/client';
import type { RegieEvent } from '../shared/contract/events.ts';
import { App } from './app/app.tsx';
import { connectBridge } from './bridge.ts';
import { playMention, playSound } from './features/alarm/sounds.ts';
import { tellSession } from './features/operators/session-news.ts';
import { i18n } from './i18n.ts';
import { goTo } from './routes.ts';
import { forgetPainted } from './screens/board/use-painted.ts';
import { applyAlerts, loadAlerts, touchDetail } from './stores/alerts.ts';
import { loadDrills } from './stores/drills.ts';
import { festivalInstant, loadSystem, useSystem } from './stores/system.ts';
import { loadTeam } from './stores/team.ts';
import { showToast, useUi } from './stores/ui.ts';
import './ui/styles/tokens.css';
import './ui/styles/base.css';

const onEvent = (event: RegieEvent): void => {
  switch (event.event) {
    case 'alerts':
      applyAlerts(event.changed, event.removed);
      return;
    case 'detail':
      touchDetail(event.incidentId);
      return;
    case 'raised':
      if (useUi.getState().mutedUntil < Date.now()) {
        playSound(event.severity, useSystem.getState().session?.preferences.volume ?? 0);
      }
      return;
    case 'status':
      useSystem.setState({ status: event.status });
      return;
    case 'training':
      useSystem.setState({ training: event.training });
      return;
    case 'session':
      tellSession(useSystem.getState().session, event.session);
      useSystem.setState({ session: event.session });
      // Mentions are of who is signed in.
      void loadTeam();
      return;
    case 'canary':
      useSystem.setState({ canary: { probeId: event.probeId, at: festivalInstant() } });
      return;
    case 'outbox':
      useSystem.setState(({ outboxRevision }) => ({ outboxRevision: outboxRevision + 1 }));
      return;
    case 'operators':
      useSystem.setState(({ operatorsRevision }) => ({ operatorsRevision: operatorsRevision + 1 }));
      return;
    case 'handover':
      useSystem.setState(({ handoverRevision }) => ({ handoverRevision: handoverRevision + 1 }));
      return;
    case 'drills':
      void loadDrills();
      return;
    case 'runbooks':
      useSystem.setState(({ runbooksRevision }) => ({ runbooksRevision: runbooksRevision + 1 }));
      return;
    case 'team':
      void loadTeam();
      return;
    case 'mentioned':
      showToast(i18n.t('team.mentioned', { name: event.author, words: event.words }), 'good', {
        words: i18n.t('waiting.openAlert'),
        act: () => goTo({ screen: 'board', incidentId: event.incidentId }),
      });
      if (useUi.getState().mutedUntil < Date.now()) {
        playMention(useSystem.getState().session?.preferences.volume ?? 0);
      }
      return;
    case 'proposals':
      useSystem.setState(({ proposalsRevision }) => ({ proposalsRevision: proposalsRevision + 1 }));
      return;
    case 'replay':
      useSystem.setState({ replay: { done: event.done, total: event.total } });
      return;
    case 'reload':
      forgetPainted();
      void loadSystem();
      void loadAlerts();
      void loadDrills();
      void loadTeam();
      useSystem.setState(({ proposalsRevision }) => ({ proposalsRevision: proposalsRevision + 1 }));
  }
};

connectBridge({ onConnection: (connection) => useSystem.setState({ connection }), onEvent });
await Promise.all([loadSystem(), loadAlerts(), loadDrills(), loadTeam()]);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
createRoot(root).render(<App />);
