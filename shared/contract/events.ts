import { z } from 'zod';
import { floodSchema } from '../domain/alarm-flood.ts';
import { alertSchema } from '../domain/alert.ts';
import { logLineSchema } from '../domain/log.ts';
import { serialSchema } from '../domain/primitives.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import { severitySchema } from '../domain/severity.ts';
import { sessionSchema } from './session.ts';
import { systemStatusSchema } from './status.ts';
import { trainingStatusSchema } from './training.ts';

/** What the core pushes to the renderer: state deltas, so that the renderer never polls. */
export const eventSchema = z.discriminatedUnion('event', [
  /**
   * Incidents that are new or changed, with everything a row of the board shows; closed ones are marked so. `removed`
   * are incidents that are gone as such: they became part of another one, or were cleaned up.
   */
  z.object({ event: z.literal('alerts'), changed: z.array(alertSchema), removed: z.array(rowIdSchema) }),
  /** Something beside the row changed (timeline, runbook): whoever shows this incident asks for it again. */
  z.object({ event: z.literal('detail'), incidentId: rowIdSchema }),
  /** An alert that nobody has seen yet: sound and notification. Sent once. */
  z.object({ event: z.literal('raised'), incidentId: rowIdSchema, severity: severitySchema }),
  /** A flood of alerts began, grew or ended. `sounds`: its one sound, which stands for all alerts in it. */
  z.object({ event: z.literal('flood'), flood: floodSchema.nullable(), sounds: z.boolean() }),
  z.object({ event: z.literal('status'), status: systemStatusSchema }),
  z.object({ event: z.literal('training'), training: trainingStatusSchema.nullable() }),
  z.object({ event: z.literal('session'), session: sessionSchema }),
  /** A canary: paint it, then say so with `canary.displayed`. Not an alert; nobody is told of it. */
  z.object({ event: z.literal('canary'), probeId: serialSchema }),
  /** Operators were made or changed: whoever shows them asks again. */
  z.object({ event: z.literal('operators') }),
  /** Laptops were enrolled or ended: whoever shows them asks again. */
  z.object({ event: z.literal('laptops') }),
  /** The outbox changed: whoever shows what waits or the tray asks again. */
  z.object({ event: z.literal('outbox') }),
  /** A shift was offered, accepted or ended, or something was decided: whoever shows handovers asks again. */
  z.object({ event: z.literal('handover') }),
  /** A drill began, moved on or ended: whoever shows drills asks again. */
  z.object({ event: z.literal('drills') }),
  /** The incident log has more: whoever shows it asks again. */
  z.object({ event: z.literal('log') }),
  /** A line of it that was written, or of which something was said, on this laptop: whoever shows the log takes it in. */
  z.object({ event: z.literal('logLine'), line: logLineSchema }),
  /** An update was found, downloaded or failed: whoever shows updates asks again. */
  z.object({ event: z.literal('desktop') }),
  /** Checklists of this laptop, or runs of them, changed: whoever shows them asks again. */
  z.object({ event: z.literal('checklists') }),
  /** A backup or the maintenance moved on: whoever shows them asks again. */
  z.object({ event: z.literal('maintenance') }),
  /** A report is being made, was made or signed: whoever shows them asks again. */
  z.object({ event: z.literal('reports') }),
  /** Silences, mentions or known names changed: whoever shows them asks again. */
  z.object({ event: z.literal('team') }),
  /** Somebody has named who is signed in here, and they have not read it. Sent once. */
  z.object({
    event: z.literal('mentioned'),
    /** Who is named: told on the screens where they are signed in. */
    operator: z.string(),
    /** The alert; null: it stands in the incident log. */
    incidentId: rowIdSchema.nullable(),
    author: z.string(),
    words: z.string(),
  }),
  /** Something that is no alert waits for a person: a calm sound and a notification. Sent once on each laptop. */
  z.object({
    event: z.literal('asked'),
    what: z.enum(['proposal', 'handover', 'follow_up']),
    id: z.string(),
    /** Who asks; of a follow-up, whom it asks. */
    from: z.string(),
    words: z.string(),
  }),
  /** The runbooks of this laptop, or a run that belongs to no alert, changed: whoever shows them asks again. */
  z.object({ event: z.literal('runbooks') }),
  /** A correction was proposed, decided or applied: whoever shows proposals asks again. */
  z.object({ event: z.literal('proposals') }),
  /** More was ordered, or time passed: whoever shows the traffic asks again. */
  z.object({ event: z.literal('traffic') }),
  /** The figures of the overview: whoever shows them asks again. */
  z.object({ event: z.literal('overview') }),
  /** High load was switched, or is offered: whoever shows it asks again. */
  z.object({ event: z.literal('highLoad') }),
  /** Figures of alarm quality are others: whoever shows them asks again. */
  z.object({ event: z.literal('alarmQuality') }),
  /** Reconciling began, moved on or ended: whoever shows it asks again. */
  z.object({ event: z.literal('reconciling') }),
  /** How far a replay of recorded history has come. */
  z.object({ event: z.literal('backtest'), done: z.int(), total: z.int() }),
  /** Everything may have changed (another festival, a rebuilt buffer): load again. */
  z.object({ event: z.literal('reload') }),
]);
export type RegieEvent = z.infer<typeof eventSchema>;
