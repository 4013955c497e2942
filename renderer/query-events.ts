import type { QueryKey } from '@tanstack/react-query';
import type { CallName } from '../shared/contract/calls.ts';
import type { RegieEvent } from '../shared/contract/events.ts';

const CARD = ['card.get', 'card.look'] as const;

/** Every event of the core with the calls whose answers it makes stale. Stores take what an event carries itself. */
const STALE_AFTER: Readonly<Record<RegieEvent['event'], readonly CallName[]>> = {
  alerts: ['history.find', 'history.count', 'history.copy'],
  detail: [],
  raised: [],
  flood: ['flood.get'],
  // A cycle reads words, and ends the recount that follows what somebody has said about one; the trail grows meanwhile.
  status: ['health.look', 'transactionWords.look', 'outside.get', 'audit.seen'],
  training: [],
  // Mentions are of who is signed in.
  session: ['team.get'],
  canary: [],
  operators: ['operators.get'],
  laptops: ['laptops.get'],
  // What this laptop sent, and what a second person approved, may have been about a card that is shown.
  outbox: ['outbox.get', ...CARD],
  handover: ['handover.get'],
  drills: ['drills.get'],
  log: ['log.get', 'log.unread', 'log.followUps'],
  // The log takes the line in (app/events.ts).
  logLine: [],
  desktop: ['desktop.get'],
  // Opening hours are of the checklists, and keep updates away.
  checklists: ['checklists.get', 'desktop.get'],
  maintenance: ['maintenance.get'],
  reports: ['reports.get'],
  team: ['team.get'],
  mentioned: [],
  asked: [],
  runbooks: ['runbooks.get', 'runbooks.run'],
  proposals: ['proposals.get', 'proposal.items', ...CARD],
  traffic: ['traffic.get'],
  overview: ['overview.get'],
  alarmQuality: ['alarmQuality.get'],
  highLoad: ['database.highLoad'],
  backtest: [],
  reconciling: ['reconcile.get'],
  reload: [],
};

/** Of the calls that answer about one thing, only the answers that an event is about. */
const answersAbout = (event: RegieEvent): readonly QueryKey[] => {
  switch (event.event) {
    case 'alerts': {
      const { changed, removed } = event;
      const cards = new Set(changed.flatMap(({ lead, linked }) => [lead, ...linked].map(({ cardId }) => cardId)));
      return [
        ...removed.map((incidentId) => ['alert.get', { incidentId }]),
        // An alert of a card that changed says that the card did, too. Which cards a removed one had, it does not say.
        ...CARD.flatMap((name): QueryKey[] =>
          removed.length > 0
            ? [[name]]
            : [...cards].filter((cardId) => cardId !== null).map((cardId) => [name, { cardId }]),
        ),
      ];
    }
    case 'detail':
      return [['alert.get', { incidentId: event.incidentId }]];
    case 'logLine':
      return event.line.followUp === null ? [] : [['log.followUps']];
    case 'reload':
      return [[]];
    default:
      return [];
  }
};

/** The beginnings of the keys of the answers that an event makes stale; the empty one stands for all. */
export const staleAfter = (event: RegieEvent): readonly QueryKey[] => [
  ...STALE_AFTER[event.event].map((name) => [name]),
  ...answersAbout(event),
];

const ANNOUNCED: ReadonlySet<CallName> = new Set(Object.values(STALE_AFTER).flat());

/**
 * Whether an event comes whenever a call has another answer: until then the last one is as good as a new one. A card moves
 * at the till without one.
 */
export const isAnnounced = (name: CallName): boolean => ANNOUNCED.has(name) && !CARD.some((one) => one === name);
