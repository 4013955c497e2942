import type { RegieEvent } from '../../shared/contract/events.ts';
import type { Alert } from '../../shared/domain/alert.ts';
import { eventsOf, type Incident, withoutEvidence } from '../../shared/domain/incident.ts';
import { idIn, type RowId } from '../../shared/domain/row-id.ts';
import type { RunbookRun } from '../../shared/domain/run.ts';
import type { Mirror } from '../buffer/mirror.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import type { RunCopy } from '../buffer/run-copy.ts';
import type { CardCorrections } from '../operations/cards/cards.ts';
import { applyOptimistic, applyOptimisticToRun, startedRunOf, waitingCorrections } from './optimistic.ts';
import { createWaitingCommands, type WaitingCommands } from './waiting-commands.ts';

/** What waits in the outbox on top of what the mirror has. Screens see the two together. */
export type Overlay = CardCorrections & {
  changed(command: StoredCommand, change: 'added' | 'sent' | 'settled'): void;
  /** The mirror with everything that waits. */
  readonly view: Pick<Mirror, 'board' | 'forCard' | 'incident' | 'byEvent' | 'byRun'>;
  /** The runs that belong to no alert, with everything that waits. */
  readonly runs: Pick<RunCopy, 'list' | 'find'>;
  withWaiting(alert: Alert): Alert;
  close(): void;
};

/** Changes of many commands within this time become one event for the renderer; the first of them is shown at once. */
const GATHER_MS = 50;

export const createOverlay = (options: {
  mirror: Mirror;
  runs: Pick<RunCopy, 'list' | 'find'>;
  unsettled: readonly StoredCommand[];
  /** Brings the laptop's copies up to date with the festival's database after this command. */
  refresh: (command: StoredCommand) => Promise<void>;
  publish: (event: RegieEvent) => void;
}): Overlay => {
  const { mirror, publish } = options;
  const waiting = createWaitingCommands(options.unsettled);

  const withWaiting = (incident: Incident): Incident => {
    const keys = eventsOf(incident.alert).map(({ eventId }) => `event:${eventId}`);
    return applyOptimistic(
      incident,
      waiting.onKeys(incident.run === null ? keys : [...keys, `run:${incident.run.runId}`]),
    );
  };
  const alertWithWaiting = (alert: Alert): Alert => withWaiting({ alert, timeline: [], run: null }).alert;
  const whereFound = (incident: Incident | undefined): Incident | undefined => incident && withWaiting(incident);

  const byRun = (runId: string): Incident | undefined => {
    const confirmed = mirror.byRun(runId);
    if (confirmed !== undefined) return withWaiting(confirmed);
    // Started on this laptop, and not confirmed yet.
    const [started] = waiting.onKeys([`run:${runId}`]).flatMap(({ command }) => startedRunOf(command) ?? []);
    const eventId = started?.eventId ?? null;
    return eventId === null ? undefined : whereFound(mirror.byEvent(eventId));
  };

  const notice = createChangeNotice({ mirror, withWaiting: alertWithWaiting, publish });

  return {
    runs: runsWithWaiting(options.runs, waiting),
    changed: (stored, change) => {
      const remove = (): void => {
        waiting.remove(stored.operationId);
        notice.touch(stored.keys);
      };
      if (change === 'settled' && (stored.state === 'applied' || stored.outcome?.outcome === 'applied')) {
        // Shown until the mirror has its effect, so that the screen does not jump back for a moment.
        void options.refresh(stored).finally(remove);
      } else if (change === 'settled') remove();
      else {
        waiting.add(stored);
        notice.touch(stored.keys);
      }
    },
    view: {
      board: (asked) => mirror.board(asked).map(alertWithWaiting),
      forCard: (cardId) => mirror.forCard(cardId).map(alertWithWaiting),
      incident: (incidentId) => whereFound(mirror.incident(incidentId)),
      byEvent: (eventId) => whereFound(mirror.byEvent(eventId)),
      byRun,
    },
    withWaiting: alertWithWaiting,
    corrections: (cardId) => waitingCorrections(waiting.onKeys([`card:${cardId}`])),
    close: notice.close,
  };
};

const runsWithWaiting = (runs: Pick<RunCopy, 'list' | 'find'>, waiting: WaitingCommands): Overlay['runs'] => {
  const withWaiting = (run: RunbookRun): RunbookRun =>
    applyOptimisticToRun(run, waiting.onKeys([run.runId, ...run.joins].map((id) => `run:${id}`)));
  /** Started on this laptop for the whole festival, and not confirmed yet. */
  const started = (): RunbookRun[] =>
    waiting.all().flatMap(({ command }) => {
      const run = startedRunOf(command);
      return run?.eventId === null ? [withWaiting(run)] : [];
    });
  return {
    list: () => {
      const confirmed = runs.list().map(withWaiting);
      const others = started().filter(
        ({ runId }) => !confirmed.some((run) => run.runId === runId || run.joins.includes(runId)),
      );
      return [...others, ...confirmed];
    },
    find: (runId) => {
      const confirmed = runs.find(runId);
      return confirmed === undefined ? started().find((run) => run.runId === runId) : withWaiting(confirmed);
    },
  };
};

/** Publishes what changed by commands that came or went, gathered. */
const createChangeNotice = (options: {
  mirror: Mirror;
  withWaiting: (alert: Alert) => Alert;
  publish: (event: RegieEvent) => void;
}) => {
  const { mirror, publish } = options;
  const touched = new Set<RowId>();
  let runsTouched = false;
  let timer: NodeJS.Timeout | undefined;
  let publishedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const publishChanges = (): void => {
    timer = undefined;
    publishedAt = performance.now();
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
    const changed = [...incidents.values()].map(({ alert }) => options.withWaiting(withoutEvidence(alert)));
    publish({ event: 'alerts', changed, removed: [] });
    for (const incidentId of incidents.keys()) publish({ event: 'detail', incidentId });
  };

  return {
    touch: (keys: readonly string[]): void => {
      for (const key of keys) {
        const eventId = key.startsWith('event:') ? idIn(key.slice('event:'.length)) : null;
        if (eventId !== null) touched.add(eventId);
        if (key.startsWith('run:')) runsTouched = true;
      }
      if (!closed) timer ??= setTimeout(publishChanges, Math.max(0, publishedAt + GATHER_MS - performance.now()));
    },
    close: (): void => {
      // What is being refreshed may end after this.
      closed = true;
      clearTimeout(timer);
    },
  };
};
