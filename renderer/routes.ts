import { useSyncExternalStore } from 'react';

/** Where the operator is. Kept in the address, so that a reload keeps the place. */
export type Route =
  | { readonly screen: 'board'; readonly incidentId: number | null }
  | { readonly screen: 'runbook'; readonly incidentId: number }
  | { readonly screen: 'runbooks'; readonly runId: string | null }
  /** A runbook to read, without beginning it. */
  | { readonly screen: 'runbooks'; readonly runbookId: string }
  | { readonly screen: 'card'; readonly cardId: string | null }
  | { readonly screen: 'waiting' }
  | { readonly screen: 'handover' }
  | { readonly screen: 'drills'; readonly drillId: string | null }
  | { readonly screen: 'approvals' }
  | { readonly screen: 'health' }
  | { readonly screen: 'settings' };

export const parseRoute = (hash: string): Route => {
  const [screen, argument, second] = hash.replace(/^#\/?/, '').split('/');
  const id = Number(argument);
  const incidentId = Number.isSafeInteger(id) && id > 0 ? id : null;
  if (
    screen === 'settings' ||
    screen === 'health' ||
    screen === 'waiting' ||
    screen === 'handover' ||
    screen === 'approvals'
  ) {
    return { screen };
  }
  if (screen === 'drills') return { screen, drillId: argument || null };
  if (screen === 'card') return { screen, cardId: argument ? decodeURIComponent(argument) : null };
  if (screen === 'runbooks') {
    return argument === 'read' && second ? { screen, runbookId: second } : { screen, runId: argument || null };
  }
  if (screen === 'runbook' && incidentId !== null) return { screen, incidentId };
  return { screen: 'board', incidentId };
};

export const hrefOf = (route: Route): string => {
  switch (route.screen) {
    case 'board':
      return route.incidentId === null ? '#/board' : `#/board/${route.incidentId}`;
    case 'runbook':
      return `#/runbook/${route.incidentId}`;
    case 'runbooks':
      if ('runbookId' in route) return `#/runbooks/read/${route.runbookId}`;
      return route.runId === null ? '#/runbooks' : `#/runbooks/${route.runId}`;
    case 'card':
      return route.cardId === null ? '#/card' : `#/card/${encodeURIComponent(route.cardId)}`;
    case 'waiting':
      return '#/waiting';
    case 'handover':
      return '#/handover';
    case 'drills':
      return route.drillId === null ? '#/drills' : `#/drills/${encodeURIComponent(route.drillId)}`;
    case 'approvals':
      return '#/approvals';
    case 'health':
      return '#/health';
    case 'settings':
      return '#/settings';
  }
};

export const goTo = (route: Route): void => {
  location.hash = hrefOf(route);
};

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};

export const useRoute = (): Route => parseRoute(useSyncExternalStore(subscribe, () => location.hash));
