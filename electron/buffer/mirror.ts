import { z } from 'zod';
import type { BoardPart } from '../../shared/contract/alerts.ts';
import { type Alert, alertSchema, timelineEntrySchema } from '../../shared/domain/alert.ts';
import { eventsOf, type Incident, withoutEvidence } from '../../shared/domain/incident.ts';
import { LOWEST_ID, type RowId, rowIdSchema } from '../../shared/domain/row-id.ts';
import { runbookRunSchema } from '../../shared/domain/run.ts';
import { urgency } from '../../shared/domain/severity.ts';
import type { Buffer } from './buffer.ts';

/** The local copy of the festival's alerts. Screens read from it, whatever the network does. */
export type Mirror = {
  /** Replaces everything: after a connect, so that nothing of an earlier time or another festival is left. */
  replaceAll(incidents: readonly Incident[]): void;
  /** Stores changed incidents and removes those that no longer exist. */
  apply(changed: readonly Incident[], removed: readonly RowId[]): void;
  /** Open incidents; with `closed`, those detected at or after `sinceMs` as well. Most recent first. */
  board(options: BoardQuestion): Alert[];
  /** The most urgent open incidents in the order of the board, and which version of them is here. */
  mostUrgent(most: number): { incidentId: RowId; version: number }[];
  forCard(cardId: string): Alert[];
  incident(incidentId: RowId): Incident | undefined;
  /** The incident that an event belongs to. */
  byEvent(eventId: RowId): Incident | undefined;
  /** The incident that a runbook's run belongs to. */
  byRun(runId: string): Incident | undefined;
};

/** `part`: not the whole board, which may be long: the most urgent ones of those that are open, or some in the order of their ids. */
export type BoardQuestion = {
  readonly closed: boolean;
  readonly sinceMs: number;
  readonly part?: BoardPart | undefined;
};

/** Closed incidents stay readable on the laptop this long. */
export const CLOSED_RETENTION_HOURS = 48;

const CARD_ALERTS_SHOWN = 50;

/** Behind every severity that nobody has acknowledged. */
const ACKNOWLEDGED = 100;
/** Behind every instant. */
const NEVER_DUE = '9';

const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

const alertRow = z.object({ alert: json(alertSchema) });
const versionRow = z.object({ incidentId: rowIdSchema, version: z.int() });
const detailRow = z.object({
  alert: json(alertSchema),
  timeline: json(z.array(timelineEntrySchema)),
  run: json(runbookRunSchema).nullable(),
});

/** Ids are bound as their text, which SQLite stores in a column of integers with all its 64 bits; none is read back. */
export const createMirror = (buffer: Buffer): Mirror => {
  const putIncident = buffer.prepare(`
    insert into mirror_incidents (incident_id, open, card_id, detected_ms, urgency, due_at, alert) values (?, ?, ?, ?, ?, ?, ?)
    on conflict (incident_id) do update set
      open = excluded.open, card_id = excluded.card_id, detected_ms = excluded.detected_ms, urgency = excluded.urgency,
      due_at = excluded.due_at, alert = excluded.alert`);
  const putDetail = buffer.prepare(`
    insert into mirror_details (incident_id, alert, timeline, run) values (?, ?, ?, ?)
    on conflict (incident_id) do update set
      alert = excluded.alert, timeline = excluded.timeline, run = excluded.run`);
  const putEvent = buffer.prepare(`
    insert into mirror_events (event_id, incident_id) values (?, ?)
    on conflict (event_id) do update set incident_id = excluded.incident_id`);
  const remove = buffer.prepare('delete from mirror_incidents where incident_id = ?');
  const selectOpen = buffer.prepare('select alert from mirror_incidents where open = 1 order by detected_ms desc');
  const selectRecent = buffer.prepare(
    'select alert from mirror_incidents where open = 1 or detected_ms >= ? order by detected_ms desc',
  );
  // These two by mirror_incidents_urgent.
  const selectUrgent = buffer.prepare(
    'select alert from mirror_incidents where open = 1 order by urgency, due_at, incident_id limit ?',
  );
  const selectVersions = buffer.prepare(`
    select alert ->> '$.incidentId' as incidentId, alert ->> '$.lead.version' as version
    from mirror_incidents where open = 1 order by urgency, due_at, incident_id limit ?`);
  const inOrderOfIds = (bound: '>' | '>=') =>
    buffer.prepare(`
      select alert from mirror_incidents
      where incident_id ${bound} ? and (open = 1 or detected_ms >= ?) order by incident_id limit ?`);
  const [selectFrom, selectAfter] = [inOrderOfIds('>='), inOrderOfIds('>')];
  const selectCard = buffer.prepare(
    `select alert from mirror_incidents where card_id = ? order by detected_ms desc limit ${CARD_ALERTS_SHOWN}`,
  );
  const selectOne = buffer.prepare('select alert, timeline, run from mirror_details where incident_id = ?');
  const selectEvent = buffer.prepare(`
    select alert, timeline, run from mirror_details
    where incident_id = (select incident_id from mirror_events where event_id = ?)`);
  const selectRun = buffer.prepare(
    "select alert, timeline, run from mirror_details where run ->> 'runId' = ? order by incident_id desc limit 1",
  );

  const put = ({ alert, timeline, run }: Incident): void => {
    const events = eventsOf(alert);
    const detectedMs = Math.max(...events.map((event) => Date.parse(event.detectedAt)));
    putIncident.run(
      alert.incidentId,
      alert.open ? 1 : 0,
      alert.lead.cardId,
      detectedMs,
      (alert.lead.acknowledgedAt === null ? 0 : ACKNOWLEDGED) + urgency(alert.lead.severity),
      alert.dueAt ?? NEVER_DUE,
      JSON.stringify(withoutEvidence(alert)),
    );
    putDetail.run(
      alert.incidentId,
      JSON.stringify(alert),
      JSON.stringify(timeline),
      run === null ? null : JSON.stringify(run),
    );
    for (const { eventId } of events) putEvent.run(eventId, alert.incidentId);
  };

  const rowsOf = ({ closed, sinceMs, part }: BoardQuestion): unknown[] => {
    if (part === undefined) return closed ? selectRecent.all(sinceMs) : selectOpen.all();
    if (part.order === 'urgency') return selectUrgent.all(part.most);
    const closedSince = closed ? sinceMs : Number.MAX_SAFE_INTEGER;
    return part.after === null
      ? selectFrom.all(LOWEST_ID, closedSince, part.most)
      : selectAfter.all(part.after, closedSince, part.most);
  };

  return {
    replaceAll: buffer.transaction((incidents: readonly Incident[]) => {
      buffer.exec('delete from mirror_incidents');
      for (const incident of incidents) put(incident);
    }),
    apply: buffer.transaction((changed: readonly Incident[], removed: readonly RowId[]) => {
      for (const id of removed) remove.run(id);
      for (const incident of changed) put(incident);
    }),
    board: (question) =>
      z
        .array(alertRow)
        .parse(rowsOf(question))
        .map((row) => row.alert),
    mostUrgent: (most) => z.array(versionRow).parse(selectVersions.all(most)),
    forCard: (cardId) =>
      z
        .array(alertRow)
        .parse(selectCard.all(cardId))
        .map((row) => row.alert),
    incident: (incidentId) => detailRow.optional().parse(selectOne.get(incidentId)),
    byEvent: (eventId) => detailRow.optional().parse(selectEvent.get(eventId)),
    byRun: (runId) => detailRow.optional().parse(selectRun.get(runId)),
  };
};
