import { z } from 'zod';
import type { RegieEvent } from '../../../shared/contract/events.ts';
import { type Incident, withoutEvidence } from '../../../shared/domain/incident.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { urgency } from '../../../shared/domain/severity.ts';
import type { Mirror } from '../../buffer/mirror.ts';
import { inPieces } from '../../lib/in-pieces.ts';
import type { Log } from '../../lib/log.ts';
import { coalesced } from '../../lib/single-flight.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { idColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { currentEventIds, loadIncidents } from './incident-rows.ts';

/** Keeps the mirror equal to the festival's alerts, and tells the renderer what changed. */
export type Follower = {
  /** Looks for changes now: on a NOTIFY, on the poll under it, after an own command. Looks are never run side by side. */
  refresh(): Promise<void>;
  /** Forgets what it knew: the next look loads everything. Call after the link was down. */
  restart(): void;
};

/** Events by the thousand are loaded in pieces, so that no piece holds the main thread for long. */
const BATCH = 500;

/** Between two looks that follow on each other. */
const GATHER_MS = 100;

const positionRow = z.object({ xmin: z.string() });
const changeRow = z.object({ change_id: serialColumn, event_id: idColumn });
const remainingRow = z.object({ event_id: idColumn });

export const createFollower = (options: {
  database: FestivalDatabase;
  mirror: Mirror;
  publish: (event: RegieEvent) => void;
  log: Log;
}): Follower => {
  const { database, mirror, publish } = options;
  /**
   * Transactions older than this were finished at the last look, so all their changes have been seen. A change that
   * commits late belongs to a transaction at or above it: none is lost, some are seen twice and dropped by `seen`.
   */
  let position: string | undefined;
  let seen = new Set<number>();

  const loadAll = async (): Promise<void> => {
    const { incidents, xmin } = await database.read(async (tx) => ({
      xmin: await currentPosition(tx),
      incidents: await load(tx, await currentEventIds(tx)),
    }));
    const known = new Set(mirror.board({ closed: false, sinceMs: 0 }).map((alert) => alert.incidentId));
    mirror.replaceAll(incidents);
    publish({ event: 'reload' });
    // One sound for all that came in the meantime: the most urgent.
    const [loudest] = incidents
      .map(({ alert }) => alert)
      .filter((alert) => alert.open && alert.lead.acknowledgedAt === null && !known.has(alert.incidentId))
      .sort((a, b) => urgency(a.lead.severity) - urgency(b.lead.severity));
    if (loudest) publish({ event: 'raised', incidentId: loudest.incidentId, severity: loudest.lead.severity });
    position = xmin;
    seen = new Set();
  };

  const loadChanges = async (since: string): Promise<void> => {
    const { touched, incidents, changes, xmin } = await database.read(async (tx) => {
      const at = await currentPosition(tx);
      const changed = await tx.fittingRows(
        changeRow,
        // By changes_xact_idx; once a second and on every NOTIFY.
        sql`/* regie:changes */
          select change_id, event_id from console.changes where xact >= ${since}::xid8 order by change_id`,
        { name: 'changes', id: 'change_id' },
      );
      const fresh = new Set(changed.filter(({ change_id }) => !seen.has(change_id)).map(({ event_id }) => event_id));
      const touched = [...fresh];
      return { xmin: at, changes: changed, touched, incidents: await load(tx, await withRemaining(tx, touched)) };
    });
    if (touched.length > 0) orAfresh(() => take(touched, incidents));
    position = xmin;
    seen = new Set(changes.map(({ change_id }) => change_id));
  };

  /** Stores what the look has found, and tells of it. */
  const take = (touched: readonly RowId[], incidents: readonly Incident[]): void => {
    const present = new Set(incidents.map(({ alert }) => alert.incidentId));
    // An event that joined another incident, or was cleaned up, no longer leads one of its own.
    const removed = touched.filter((id) => !present.has(id) && mirror.incident(id) !== undefined);
    const before = new Map(incidents.map(({ alert }) => [alert.incidentId, mirror.incident(alert.incidentId)]));
    mirror.apply(incidents, removed);
    if (incidents.length > 0 || removed.length > 0) {
      publish({ event: 'alerts', changed: incidents.map(({ alert }) => withoutEvidence(alert)), removed });
    }
    for (const { alert } of incidents) {
      publish({ event: 'detail', incidentId: alert.incidentId });
      const known = before.get(alert.incidentId);
      const calls = alert.lead.recalledAt !== null && alert.lead.recalledAt !== known?.alert.lead.recalledAt;
      if (alert.open && (known?.alert.open !== true || calls)) {
        publish({ event: 'raised', incidentId: alert.incidentId, severity: alert.lead.severity });
      }
    }
  };

  const refreshOnce = (): Promise<void> => (position === undefined ? loadAll() : loadChanges(position));

  /** What could not be stored or told, as on a full disk, is not behind us: everything is loaded then, and told as one. */
  const orAfresh = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      position = undefined;
      throw error;
    }
  };

  return {
    // Hundreds of changes a second, as while a laptop sends what it did over night, are read together.
    refresh: coalesced(refreshOnce, { gatherMs: GATHER_MS }),
    restart: () => {
      position = undefined;
    },
  };
};

/**
 * Events, and those of the incidents that are called by their ids: an event may have become part of another incident while
 * a later one joined the one that it had begun.
 */
const withRemaining = async (tx: Transaction, eventIds: readonly RowId[]): Promise<RowId[]> => {
  if (eventIds.length === 0) return [];
  const remaining = await tx.rows(
    remainingRow,
    // By alerts_incident_idx.
    sql`/* regie:changes */ select event_id from console.alerts where incident_id = any (${eventIds}::bigint[])`,
  );
  return [...new Set([...eventIds, ...remaining.map(({ event_id }) => event_id)])];
};

const load = async (tx: Transaction, eventIds: readonly RowId[]): Promise<Incident[]> => {
  const incidents = new Map<RowId, Incident>();
  for (const batch of inPieces(eventIds, BATCH)) {
    for (const incident of await loadIncidents(tx, batch)) {
      incidents.set(incident.alert.incidentId, incident);
    }
  }
  return [...incidents.values()];
};

const currentPosition = async (tx: Transaction): Promise<string> =>
  (await tx.row(positionRow, sql`/* regie:position */ select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`))
    .xmin;
