import { z } from 'zod';
import { type Alert, alertSchema, timelineEntrySchema } from '../../shared/domain/alert.ts';
import { eventsOf, type Incident, withoutEvidence } from '../../shared/domain/incident.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { runbookRunSchema } from '../../shared/domain/run.ts';
import type { Buffer } from './buffer.ts';

/** The local copy of the festival's alerts. Screens read from it, whatever the network does. */
export type Mirror = {
  /** Replaces everything: after a connect, so that nothing of an earlier time or another festival is left. */
  replaceAll(incidents: readonly Incident[]): void;
  /** Stores changed incidents and removes those that no longer exist. */
  apply(changed: readonly Incident[], removed: readonly RowId[]): void;
  /** Open incidents; with `closed`, those detected at or after `sinceMs` as well. Most recent first. */
  board(options: { closed: boolean; sinceMs: number }): Alert[];
  forCard(cardId: string): Alert[];
  incident(incidentId: RowId): Incident | undefined;
  /** The incident that an event belongs to. */
  byEvent(eventId: RowId): Incident | undefined;
  /** The incident that a runbook's run belongs to. */
  byRun(runId: string): Incident | undefined;
};

/** Closed incidents stay readable on the laptop this long. */
export const CLOSED_RETENTION_HOURS = 48;

const CARD_ALERTS_SHOWN = 50;

const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

const alertRow = z.object({ alert: json(alertSchema) });
const detailRow = z.object({
  alert: json(alertSchema),
  timeline: json(z.array(timelineEntrySchema)),
  run: json(runbookRunSchema).nullable(),
});

/** Ids are bound as their text, which SQLite stores in a column of integers with all its 64 bits; none is read back. */
export const createMirror = (buffer: Buffer): Mirror => {
  const putIncident = buffer.prepare(`
    insert into mirror_incidents (incident_id, open, card_id, detected_ms, alert) values (?, ?, ?, ?, ?)
    on conflict (incident_id) do update set
      open = excluded.open, card_id = excluded.card_id, detected_ms = excluded.detected_ms, alert = excluded.alert`);
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

  return {
    replaceAll: buffer.transaction((incidents: readonly Incident[]) => {
      buffer.exec('delete from mirror_incidents');
      for (const incident of incidents) put(incident);
    }),
    apply: buffer.transaction((changed: readonly Incident[], removed: readonly RowId[]) => {
      for (const id of removed) remove.run(id);
      for (const incident of changed) put(incident);
    }),
    board: ({ closed, sinceMs }) =>
      z
        .array(alertRow)
        .parse(closed ? selectRecent.all(sinceMs) : selectOpen.all())
        .map((row) => row.alert),
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
