import type { Alert } from '../../shared/contract/alerts.ts';
import type { CardView } from '../../shared/contract/cards.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { RunbookRun } from '../../shared/contract/runbooks.ts';
import { eventsOf, type Incident, withoutEvidence } from '../../shared/domain/incident.ts';
import type { Mirror } from '../buffer/mirror.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import type { RunCopy } from '../buffer/run-copy.ts';
import { parseStored } from '../operations/registry.ts';
import {
  applyOptimistic,
  applyOptimisticToRun,
  startedRunOf,
  type WaitingCommand,
  waitingCorrections,
} from './optimistic.ts';

/** What waits in the outbox, laid over what the mirror has. Screens see the two together. */
export type Overlay = {
  changed(command: StoredCommand, change: 'added' | 'sent' | 'settled'): void;
  /** Sees the mirror with everything that waits. */
  readonly view: Pick<Mirror, 'board' | 'forCard' | 'incident' | 'byEvent' | 'byRun'>;
  /** Sees the runs that belong to no alert with everything that waits. */
  readonly runs: Pick<RunCopy, 'list' | 'find'>;
  over(alert: Alert): Alert;
  /** Corrections of a card that are on their way. */
  corrections(cardId: string): CardView['waiting'];
  close(): void;
};

/** Changes of many commands within this time become one event for the renderer. */
const GATHER_MS = 50;

type Laid = WaitingCommand & { readonly seq: number; readonly keys: readonly string[] };

export const createOverlay = (options: {
  mirror: Mirror;
  runs: Pick<RunCopy, 'list' | 'find'>;
  unsettled: readonly StoredCommand[];
  /** Brings the laptop's copies up to date with the festival's database after this command. */
  refresh: (command: StoredCommand) => Promise<void>;
  publish: (event: RegieEvent) => void;
}): Overlay => {
  const { mirror, publish } = options;
  const laid = new Map<string, Laid>();
  const byKey = new Map<string, Set<string>>();
  const touched = new Set<number>();
  let runsTouched = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const lay = (stored: StoredCommand): void => {
    const command = parseStored(stored);
    if (command === undefined) return;
    laid.set(stored.operationId, { command, unknown: stored.state === 'sent', seq: stored.seq, keys: stored.keys });
    for (const key of stored.keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(stored.operationId));
  };

  const lift = (operationId: string): void => {
    for (const key of laid.get(operationId)?.keys ?? []) {
      byKey.get(key)?.delete(operationId);
      if (byKey.get(key)?.size === 0) byKey.delete(key);
    }
    laid.delete(operationId);
  };

  const waitingOn = (keys: readonly string[]): Laid[] => {
    if (laid.size === 0) return [];
    const ids = new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])]));
    return [...ids].flatMap((id) => laid.get(id) ?? []).sort((a, b) => a.seq - b.seq);
  };

  const overIncident = (incident: Incident): Incident => {
    if (laid.size === 0) return incident;
    const keys = eventsOf(incident.alert).map(({ eventId }) => `event:${eventId}`);
    return applyOptimistic(incident, waitingOn(incident.run === null ? keys : [...keys, `run:${incident.run.runId}`]));
  };
  const over = (alert: Alert): Alert => overIncident({ alert, timeline: [], run: null }).alert;
  const overFound = (incident: Incident | undefined): Incident | undefined => incident && overIncident(incident);

  const tell = (): void => {
    timer = undefined;
    const incidents = new Map(
      [...touched].flatMap((eventId) => {
        const incident = mirror.byEvent(eventId);
        return incident === undefined ? [] : [[incident.alert.incidentId, incident] as const];
      }),
    );
    touched.clear();
    publish({ event: 'outbox' });
    if (runsTouched) publish({ event: 'runbooks' });
    runsTouched = false;
    if (incidents.size === 0) return;
    const changed = [...incidents.values()].map(({ alert }) => over(withoutEvidence(alert)));
    publish({ event: 'alerts', changed, removed: [] });
    for (const incidentId of incidents.keys()) publish({ event: 'detail', incidentId });
  };
  const touch = (keys: readonly string[]): void => {
    for (const key of keys) {
      if (key.startsWith('event:')) touched.add(Number(key.slice('event:'.length)));
      if (key.startsWith('run:')) runsTouched = true;
    }
    if (!closed) timer ??= setTimeout(tell, GATHER_MS);
  };

  for (const stored of options.unsettled) lay(stored);

  const ofRun = (runId: string): Incident | undefined => {
    const known = mirror.byRun(runId);
    if (known !== undefined) return overIncident(known);
    // Started on this laptop, and not confirmed yet.
    const [started] = waitingOn([`run:${runId}`]).flatMap(({ command }) => startedRunOf(command) ?? []);
    const eventId = started?.eventId ?? null;
    return eventId === null ? undefined : overFound(mirror.byEvent(eventId));
  };

  const overRun = (run: RunbookRun): RunbookRun =>
    applyOptimisticToRun(run, waitingOn([run.runId, ...run.joins].map((id) => `run:${id}`)));
  /** Started on this laptop for the whole festival, and not confirmed yet. */
  const runsBegun = (): RunbookRun[] =>
    [...laid.values()].flatMap(({ command }) => {
      const started = startedRunOf(command);
      return started?.eventId === null ? [overRun(started)] : [];
    });
  const findRun = (runId: string): RunbookRun | undefined => {
    const known = options.runs.find(runId);
    return known === undefined ? runsBegun().find((run) => run.runId === runId) : overRun(known);
  };

  return {
    runs: {
      list: () => {
        const known = options.runs.list().map(overRun);
        const begun = runsBegun().filter(
          ({ runId }) => !known.some((run) => run.runId === runId || run.joins.includes(runId)),
        );
        return [...begun, ...known];
      },
      find: findRun,
    },
    changed: (stored, change) => {
      if (change === 'settled' && stored.state === 'applied') {
        // Laid on until the mirror has its effect, so that the screen does not jump back for a moment.
        void options.refresh(stored).finally(() => {
          lift(stored.operationId);
          touch(stored.keys);
        });
        return;
      }
      if (change === 'settled') lift(stored.operationId);
      else lay(stored);
      touch(stored.keys);
    },
    view: {
      board: (asked) => mirror.board(asked).map(over),
      forCard: (cardId) => mirror.forCard(cardId).map(over),
      incident: (incidentId) => overFound(mirror.incident(incidentId)),
      byEvent: (eventId) => overFound(mirror.byEvent(eventId)),
      byRun: ofRun,
    },
    over,
    corrections: (cardId) => waitingCorrections(waitingOn([`card:${cardId}`])),
    close: () => {
      // What is being refreshed may end after this.
      closed = true;
      clearTimeout(timer);
    },
  };
};
