import { useSyncExternalStore } from 'react';
import { idIn, type RowId } from '../shared/domain/row-id.ts';

/** The sections of the settings, in the order in which they are shown. */
export const SETTINGS_SECTIONS = [
  'festival',
  'connection',
  'operators',
  'money',
  'detectors',
  'escalation',
  'laptop',
  'data',
  'audit',
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** The sections of the database's screen. */
export const DATABASE_SECTIONS = ['now', 'store', 'upkeep', 'log'] as const;
export type DatabaseSection = (typeof DATABASE_SECTIONS)[number];

/** Where the operator is. Kept in the address, so that a reload keeps the place. */
export type Route =
  /** `view`: what it shows, as the screen writes it (screens/board/view.ts); left out: as always. */
  | { readonly screen: 'board'; readonly incidentId: RowId | null; readonly view?: string }
  | { readonly screen: 'runbook'; readonly incidentId: RowId }
  | { readonly screen: 'runbooks'; readonly runId: string | null }
  /** A runbook to read, without beginning it. */
  | { readonly screen: 'runbooks'; readonly runbookId: string }
  | { readonly screen: 'card'; readonly cardId: string | null }
  /** The incident log; `query` says what of it, as in an address. */
  | { readonly screen: 'log'; readonly query: string }
  /** Every alert that ever was; `query` says which of them, as in an address. */
  | { readonly screen: 'history'; readonly incidentId: RowId | null; readonly query: string }
  /** Every correction that was applied; `query` says which of them, as in an address. */
  | { readonly screen: 'corrections'; readonly query: string }
  /** The checklists, or a run of one. */
  | { readonly screen: 'checklists'; readonly run: { readonly listId: string; readonly windowKey: string } | null }
  | { readonly screen: 'waiting' }
  | { readonly screen: 'handover' }
  | { readonly screen: 'drills'; readonly drillId: string | null }
  | { readonly screen: 'approvals' }
  /** The overview, or how engine and consoles are. */
  | { readonly screen: 'health'; readonly section?: 'engine' }
  /** How the festival's database is. */
  | { readonly screen: 'database'; readonly section: DatabaseSection }
  /** Reports of days, weeks and the festival, and the monthly reviews. */
  | { readonly screen: 'reports' }
  /** For the screen on the wall: it is only looked at. */
  | { readonly screen: 'wall'; readonly light?: true }
  | { readonly screen: 'settings'; readonly section: SettingsSection }
  /** Connects a festival, step by step. */
  | { readonly screen: 'connect' }
  /** An address that no screen has, or that cannot be read. */
  | { readonly screen: 'unknown'; readonly address: string };

/** What an address writes with %, or null where it cannot be read: `100%`. */
const decoded = (part: string): string | null => {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
};

export const parseRoute = (hash: string): Route => {
  const [path = '', view = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen, ...rest] = path.split('/').map(decoded);
  const [argument, second] = rest;
  const unknown: Route = { screen: 'unknown', address: hash };
  if (screen === null || rest.includes(null)) return unknown;
  const incidentId = idIn(argument);
  switch (screen) {
    case '':
    case undefined:
      return { screen: 'board', incidentId: null };
    case 'board':
      return argument && incidentId === null ? unknown : { screen, incidentId, ...(view === '' ? {} : { view }) };
    case 'corrections':
      return argument ? unknown : { screen, query: view };
    case 'history':
      return argument && incidentId === null ? unknown : { screen, incidentId, query: view };
    case 'settings': {
      const section = argument ? SETTINGS_SECTIONS.find((one) => one === argument) : SETTINGS_SECTIONS[0];
      return section === undefined ? unknown : { screen, section };
    }
    case 'database': {
      const section = argument ? DATABASE_SECTIONS.find((one) => one === argument) : DATABASE_SECTIONS[0];
      return section === undefined ? unknown : { screen, section };
    }
    case 'health':
      if (argument === 'engine') return { screen, section: argument };
      return argument ? unknown : { screen };
    case 'wall':
      if (argument === 'light') return { screen, light: true };
      return argument ? unknown : { screen };
    case 'waiting':
    case 'handover':
    case 'reports':
    case 'approvals':
    case 'connect':
      return argument ? unknown : { screen };
    case 'log':
      return { screen, query: argument ?? '' };
    case 'checklists':
      return { screen, run: argument && second ? { listId: argument, windowKey: second } : null };
    case 'drills':
      return { screen, drillId: argument || null };
    case 'card':
      return { screen, cardId: argument || null };
    case 'runbooks':
      return argument === 'read' && second ? { screen, runbookId: second } : { screen, runId: argument || null };
    case 'runbook':
      return incidentId === null ? unknown : { screen, incidentId };
    default:
      return unknown;
  }
};

export const hrefOf = (route: Route): string => {
  switch (route.screen) {
    case 'board': {
      const view = route.view ? `?${route.view}` : '';
      return `#/board${route.incidentId === null ? '' : `/${route.incidentId}`}${view}`;
    }
    case 'runbook':
      return `#/runbook/${route.incidentId}`;
    case 'runbooks':
      if ('runbookId' in route) return `#/runbooks/read/${encodeURIComponent(route.runbookId)}`;
      return route.runId === null ? '#/runbooks' : `#/runbooks/${encodeURIComponent(route.runId)}`;
    case 'card':
      return route.cardId === null ? '#/card' : `#/card/${encodeURIComponent(route.cardId)}`;
    case 'log':
      return route.query === '' ? '#/log' : `#/log/${encodeURIComponent(route.query)}`;
    case 'history': {
      const query = route.query === '' ? '' : `?${route.query}`;
      return `#/history${route.incidentId === null ? '' : `/${route.incidentId}`}${query}`;
    }
    case 'corrections':
      return route.query === '' ? '#/corrections' : `#/corrections?${route.query}`;
    case 'checklists': {
      const { run } = route;
      if (run === null) return '#/checklists';
      return `#/checklists/${encodeURIComponent(run.listId)}/${encodeURIComponent(run.windowKey)}`;
    }
    case 'waiting':
      return '#/waiting';
    case 'handover':
      return '#/handover';
    case 'reports':
      return '#/reports';
    case 'drills':
      return route.drillId === null ? '#/drills' : `#/drills/${encodeURIComponent(route.drillId)}`;
    case 'approvals':
      return '#/approvals';
    case 'connect':
      return '#/connect';
    case 'health':
      return route.section === undefined ? '#/health' : `#/health/${route.section}`;
    case 'database':
      return route.section === DATABASE_SECTIONS[0] ? '#/database' : `#/database/${route.section}`;
    case 'wall':
      return route.light ? '#/wall/light' : '#/wall';
    case 'settings':
      return `#/settings/${route.section}`;
    case 'unknown':
      return route.address;
  }
};

/** The browser itself would say it a frame later. */
const sayChanged = (): boolean => dispatchEvent(new HashChangeEvent('hashchange'));

/** Goes there, with a step on the way back where it is somewhere else. */
export const goTo = (route: Route): void => {
  const address = hrefOf(route);
  if (address === location.hash) return;
  history.pushState(null, '', address);
  sayChanged();
};

/** The same without a way back to the place that is left: for what changes with every letter that somebody types. */
export const goToInstead = (route: Route): void => {
  history.replaceState(null, '', hrefOf(route));
  sayChanged();
};

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};

export const useRoute = (): Route => parseRoute(useSyncExternalStore(subscribe, () => location.hash));
