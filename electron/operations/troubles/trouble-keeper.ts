import { v5 as uuidOf } from 'uuid';
import type { RegieEvent } from '../../../shared/contract/events.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import { type Incident, withoutEvidence } from '../../../shared/domain/incident.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { acknowledgementLeaseMs } from '../../../shared/domain/severity.ts';
import type { Ended, Raised } from '../../../shared/domain/trouble-judge.ts';
import { localId, TROUBLES, type TroubleKind } from '../../../shared/domain/troubles.ts';
import type { Noticed, TroubleCopy } from '../../buffer/trouble-copy.ts';
import type { Log } from '../../lib/log.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { localIncident } from './local-alert.ts';
import { createNoticedTroubles, type NoticedTroubles } from './noticed-troubles.ts';
import { createTroubleReports, type TroubleReports } from './trouble-reports.ts';

/** The festival's database has so long to take a trouble before it is an alert of this laptop. */
const TOLD_WITHIN_MS = 1_000;

/** Of an alert of this laptop that goes on as one of the festival. */
export type LocalAcknowledgement = {
  /** The same whenever it is asked for again, so that it is one command. */
  readonly operationId: string;
  readonly eventId: RowId;
  readonly by: string;
};

/**
 * Makes alerts of what was judged: of the festival where its database takes them, of this laptop where it does not, which
 * then become a record of the festival, once (docs/watching.md, "Without the database").
 */
export type TroubleKeeper = Pick<TroubleReports, 'send' | 'takeForgotten'> & {
  raise(raised: readonly Raised[]): void;
  end(ended: readonly Ended[]): void;
  /** What goes on, as far as this laptop knows: also what it had noticed before it was started again. */
  open(): { readonly kind: TroubleKind; readonly subject: string }[];
  /** Time has passed: what could not be reported is shown, and acknowledgements end. */
  tick(): void;
  /** Those that are alerts of this laptop, with those that are over and not reported yet. */
  local(): readonly Noticed[];
  incidents(): readonly Incident[];
  incident(id: RowId): Incident | undefined;
  /** The event of the festival that an alert of this laptop has become. */
  becameOf(id: RowId): RowId | undefined;
  /** @returns whether there is such an alert of this laptop, and it is open */
  acknowledge(id: RowId, operator: string): boolean;
  unacknowledge(id: RowId): boolean;
  /** A message about it was sent. */
  changed(trouble: Noticed): void;
  /** Whether an alert of the festival is one for which this laptop has called already. */
  isHeard(incident: Incident | undefined): boolean;
};

export const createTroubleKeeper = (options: {
  copy: TroubleCopy;
  database: Pick<FestivalDatabase, 'write'>;
  laptop: string;
  clock: Clock;
  clockOffsetMs: () => number;
  reachable: () => boolean;
  /** Whether this laptop's copy of the festival has an event. */
  isCopied: (eventId: RowId) => boolean;
  publish: (event: RegieEvent) => void;
  /** What somebody has acknowledged here is an alert of the festival now. Asked for again after a crash. */
  acknowledge: (one: LocalAcknowledgement) => void;
  /** An alert calls. */
  call: (event: Extract<RegieEvent, { event: 'raised' }>) => void;
  log: Pick<Log, 'warn'>;
}): TroubleKeeper => {
  const { copy, laptop, clock, reachable, publish } = options;
  const noticed = createNoticedTroubles(options);
  const became = new Map<RowId, RowId>();
  const reports = createTroubleReports({
    ...{ noticed, database: options.database, laptop, clock, reachable },
    isCopied: ({ eventId }) => eventId !== null && options.isCopied(eventId),
    onHandedOver: ({ number, eventId, operationId, endedAt, acknowledged }) => {
      const id = localId(number);
      if (eventId !== null) became.set(id, eventId);
      if (eventId !== null && endedAt === null && acknowledged !== null) {
        options.acknowledge({ operationId: uuidOf('acknowledged', operationId), eventId, by: acknowledged.by });
      }
      publish({ event: 'alerts', changed: [], removed: [id] });
      // Whoever has it open goes on where it is now.
      publish({ event: 'detail', incidentId: id });
    },
  });
  const incidentOf = (trouble: Noticed): Incident => localIncident(trouble, copy.messages(trouble.operationId), laptop);
  /** One that takes nothing is not waited for. */
  const mayTake = ({ kind }: Noticed): boolean => reachable() && kind !== 'database_read_only';
  const local = (): readonly Noticed[] => noticed.all().filter((one) => one.local);
  const show = (trouble: Noticed): void => {
    const { alert } = incidentOf(trouble);
    publish({ event: 'alerts', changed: [withoutEvidence(alert)], removed: [] });
    publish({ event: 'detail', incidentId: alert.incidentId });
  };
  const showAndCall = (trouble: Noticed): void => {
    show(trouble);
    options.call({
      event: 'raised',
      incidentId: localId(trouble.number),
      severity: TROUBLES[trouble.kind].severity,
    });
  };
  const change = (id: RowId, to: (trouble: Noticed) => Noticed): boolean => {
    const trouble = noticed.byLocalId(id);
    if (trouble === undefined || trouble.endedAt !== null) return false;
    show(noticed.put(to(trouble)));
    return true;
  };

  return {
    ...{ send: reports.send, takeForgotten: reports.takeForgotten, local, changed: show },
    raise: (raised) => raised.forEach(noticed.add),
    end: (ended) => {
      for (const key of ended) {
        const trouble = noticed.find(key);
        if (trouble === undefined) continue;
        const endedAt = noticed.instant(key.atMs);
        const over = noticed.put({ ...trouble, endedAt: endedAt > trouble.startedAt ? endedAt : trouble.startedAt });
        if (over.local) show(over);
      }
    },
    open: () => noticed.all().filter(({ endedAt }) => endedAt === null),
    tick: () => {
      for (const trouble of noticed.all()) {
        if (trouble.eventId !== null) reports.handOver(trouble);
        else if (isUntold(trouble)) {
          if (mayTake(trouble) && clock.monotonic() - noticed.times(trouble).raisedMs < TOLD_WITHIN_MS) continue;
          showAndCall(noticed.put({ ...trouble, local: true }));
        } else if (isAcknowledgementOver(trouble, noticed)) {
          const recalledAt = trouble.acknowledged?.until ?? null;
          showAndCall(noticed.put({ ...trouble, acknowledged: null, recalledAt }));
        }
      }
    },
    incidents: () => local().map(incidentOf),
    becameOf: (id) => became.get(id),
    incident: (id) => {
      const trouble = noticed.byLocalId(id);
      return trouble && incidentOf(trouble);
    },
    acknowledge: (id, operator) =>
      change(id, (trouble) => {
        const at = noticed.instant();
        const holdsMs = acknowledgementLeaseMs(TROUBLES[trouble.kind].severity);
        const until = new Date(Date.parse(at) + holdsMs).toISOString();
        return { ...trouble, acknowledged: { by: operator, at, until } };
      }),
    unacknowledge: (id) => change(id, (trouble) => ({ ...trouble, acknowledged: null })),
    isHeard: (incident) => {
      if (incident === undefined || incident.alert.lead.recalledAt !== null) return false;
      const { algorithm, facts } = incident.alert.lead;
      return local().some(
        ({ kind, subject, endedAt }) => endedAt === null && kind === algorithm && subject === facts.subject,
      );
    },
  };
};

/** Nobody was called for it yet. */
const isUntold = ({ local, endedAt }: Noticed): boolean => !local && endedAt === null;

const isAcknowledgementOver = (
  { local, endedAt, acknowledged }: Noticed,
  noticed: Pick<NoticedTroubles, 'instant'>,
): boolean => local && endedAt === null && acknowledged !== null && acknowledged.until <= noticed.instant();
