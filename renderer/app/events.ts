import type { RegieEvent } from '../../shared/contract/events.ts';
import { withLine } from '../../shared/contract/log-view.ts';
import type { Session } from '../../shared/contract/session.ts';
import { festivalInstant } from '../clock.ts';
import { playFlood, playMention, playSound } from '../features/alarm/sounds.ts';
import { announceRole } from '../features/operators/session-news.ts';
import { announceAsked } from '../features/team/asked.ts';
import { routeOfMention } from '../features/team/mention-route.ts';
import { i18n } from '../i18n.ts';
import { changeAnswers, forgetAnswers, refetchAfter } from '../query.ts';
import { goTo } from '../routes.ts';
import { forgetDisplayed } from '../screens/board/use-displayed.ts';
import { applyAlerts, forgetAlerts, loadAlerts } from '../stores/alerts.ts';
import { forgetDrafts } from '../stores/drafts.ts';
import { hasLeft } from '../stores/log-line.ts';
import { loadSystem, useSystem } from '../stores/system.ts';
import { answerSignIn, forgetFestival, showToast } from '../stores/ui.ts';

const isMuted = (): boolean => (useSystem.getState().session?.mutedUntil ?? null) !== null;
const volume = (): number => useSystem.getState().session?.preferences.volume ?? 0;

/** What the core pushes: into the stores what an event carries, and asked for again what it only says has changed. */
export const onEvent = (event: RegieEvent): void => {
  refetchAfter(event);
  switch (event.event) {
    case 'alerts':
      applyAlerts(event.changed, event.removed);
      return;
    case 'raised':
      if (!isMuted()) playSound(event.severity, volume());
      return;
    case 'flood':
      if (event.sounds && !isMuted()) playFlood(volume());
      return;
    case 'status':
      useSystem.setState({ status: event.status });
      return;
    case 'training':
      useSystem.setState({ training: event.training });
      return;
    case 'session':
      useSystem.setState({ session: event.session });
      return;
    case 'canary':
      useSystem.setState({ canary: { probeId: event.probeId, at: festivalInstant() } });
      return;
    case 'mentioned':
      showToast(i18n.t('team.mentioned', { name: event.author, words: event.words }), 'good', {
        label: i18n.t(event.incidentId === null ? 'log.show' : 'waiting.openAlert'),
        act: () => goTo(routeOfMention(event.incidentId, event.operator)),
      });
      if (!isMuted()) playMention(volume());
      return;
    case 'logLine':
      changeAnswers('log.get', (view, filter) => withLine(view, filter, event.line));
      hasLeft(event.line.entryId);
      return;
    case 'asked':
      if (announceAsked(event) && !isMuted()) playMention(volume());
      return;
    case 'backtest':
      useSystem.setState({ backtest: { done: event.done, total: event.total } });
      return;
    case 'reload':
      forgetDisplayed();
      void loadSystem();
      void loadAlerts();
      return;
    case 'detail':
    case 'operators':
    case 'outbox':
    case 'handover':
    case 'drills':
    case 'log':
    case 'team':
    case 'runbooks':
    case 'proposals':
    case 'traffic':
    case 'overview':
    case 'alarmQuality':
    case 'highLoad':
      return;
  }
};

/** What another session means for what is on the screen, whichever way the screen hears of it. */
export const onSession = (before: Session, after: Session): void => {
  if (before.festival.address !== after.festival.address || before.festival.training !== after.festival.training) {
    forgetAlerts();
    forgetFestival();
    forgetDrafts();
    void forgetAnswers();
    return;
  }
  // Every text with a time in it is rendered again.
  if (before.timeZone !== after.timeZone) void i18n.changeLanguage(i18n.language);
  // Signed in at another window of this console: whoever was asked here need not answer any more.
  if (before.operator === null && after.operator !== null) answerSignIn(true);
  announceRole(before, after);
};
