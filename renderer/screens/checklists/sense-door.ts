import type { TFunction } from 'i18next';
import type { ChecklistItem, Sense } from '../../../shared/domain/checklist.ts';
import type { Route } from '../../routes.ts';

type Door = Extract<Route, { screen: 'board' | 'history' | 'health' | 'database' | 'settings' | 'reports' }>;

const BOARD: Door = { screen: 'board', incidentId: null };
const HISTORY: Door = { screen: 'history', incidentId: null, query: '' };
const HEALTH: Door = { screen: 'health' };
const ENGINE: Door = { screen: 'health', section: 'engine' };
const UPKEEP: Door = { screen: 'database', section: 'upkeep' };
const SESSIONS: Door = { screen: 'database', section: 'now' };
const STORE: Door = { screen: 'database', section: 'store' };
const ESCALATION: Door = { screen: 'settings', section: 'escalation' };
const BACKUPS: Door = { screen: 'settings', section: 'data' };

const DOORS: Readonly<Partial<Record<Sense, Door>>> = {
  system_status: HEALTH,
  snapshot_age_s: ENGINE,
  snapshots_24h: ENGINE,
  success_rate: HEALTH,
  processing_ms: ENGINE,
  events_24h: HISTORY,
  critical_24h: HISTORY,
  open_events: BOARD,
  open_critical: BOARD,
  unreviewed_events: BOARD,
  breaker: ENGINE,
  detectors_late: ENGINE,
  detectors_failing: ENGINE,
  engine_leads: ENGINE,
  verification: HEALTH,
  hours_over_24h: HEALTH,
  unverified_24h: HEALTH,
  screens: ENGINE,
  connections_percent: SESSIONS,
  database_gb: STORE,
  dead_rows_percent: STORE,
  unused_indexes: STORE,
  backup_age_h: BACKUPS,
  maintenance: UPKEEP,
  channels: ESCALATION,
  channel_names: ESCALATION,
  contacts: ESCALATION,
  final_report: { screen: 'reports' },
};

/** Where something that Regie measures is put right, or at least seen whole; null where no screen is for it. */
const doorOfSense = (sense: Sense): Door | null => DOORS[sense] ?? null;

/** Where what stands beside an item is seen whole, each place once. */
export const doorsOf = (item: ChecklistItem): Door[] => [
  ...new Set((item.kind === 'sensed' ? [item.sense] : item.figures).flatMap((sense) => doorOfSense(sense) ?? [])),
];

/** What the screen is called there, with its section. */
export const doorName = (t: TFunction, door: Door): string => {
  switch (door.screen) {
    case 'board':
      return t('common.board');
    case 'history':
      return t('history.title');
    case 'reports':
      return t('reports.title');
    case 'database': {
      const section = door.section === 'upkeep' ? t('maintenance.title') : t(`database.section_${door.section}`);
      return `${t('database.title')} › ${section}`;
    }
    case 'settings':
      return `${t('common.settings')} › ${t(`settings.section_${door.section}`)}`;
    case 'health':
      return `${t('health.title')} › ${t(`overview.tab_${door.section ?? 'overview'}`)}`;
  }
};
