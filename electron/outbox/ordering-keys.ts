import type { z } from 'zod';
import type { Proposal } from '../../shared/contract/proposals.ts';
import { eventsOf, type Incident } from '../buffer/mirror.ts';
import type { Command } from '../operations/registry.ts';

type Json = z.core.util.JSONType;

/** What a command acts on, as this laptop knows it. */
export type Subject = {
  /** Commands with a key in common are sent in their order, one after the other (offline.md, "Replaying"). */
  readonly keys: readonly string[];
  /** What the operator's screen showed: kept for the tray, where both sides are shown. */
  readonly saw: Readonly<Record<string, Json>>;
};

/**
 * The keys are everything whose state decides the outcome: the event, the runbook's run with its event, the card, the
 * detector.
 * @param known finds the incident of an event or of a runbook's run, with what waits laid over it, and a proposal
 */
export const subjectOf = (
  command: Command,
  known: {
    ofEvent(eventId: number): Incident | undefined;
    ofRun(runId: string): Incident | undefined;
    ofProposal?(proposalId: string): Pick<Proposal, 'eventId' | 'item' | 'author'> | undefined;
  },
): Subject => {
  switch (command.name) {
    case 'alert.acknowledge':
    case 'alert.unacknowledge':
    case 'alert.take':
    case 'alert.snooze':
    case 'alert.reopen':
    case 'alert.note':
    case 'escalation.called':
    case 'alert.resolve':
    case 'alert.falsePositive': {
      const { eventId } = command.input;
      return { keys: [`event:${eventId}`], saw: sawOf(eventId, known.ofEvent(eventId)) };
    }
    case 'runbook.start': {
      const { eventId, runId, runbookId } = command.input;
      return eventId === null
        ? { keys: [`runbook:${runbookId}`, `run:${runId}`], saw: { runbook: runbookId } }
        : { keys: [`event:${eventId}`, `run:${runId}`], saw: sawOf(eventId, known.ofEvent(eventId)) };
    }
    case 'runbook.completeStep':
    case 'runbook.skipStep':
    case 'runbook.tick':
    case 'runbook.end': {
      const { runId } = command.input;
      const incident = known.ofRun(runId);
      const eventId = incident?.run?.eventId ?? undefined;
      return eventId === undefined
        ? { keys: [`run:${runId}`], saw: {} }
        : { keys: [`event:${eventId}`, `run:${runId}`], saw: sawOf(eventId, incident) };
    }
    case 'monitoring.stop':
    case 'monitoring.restart':
      return { keys: ['monitoring'], saw: {} };
    case 'events.backup':
      return { keys: ['events'], saw: {} };
    case 'correction.approve':
    case 'correction.reject':
    case 'correction.withdraw':
    case 'correction.cancel': {
      const { proposalId } = command.input;
      const proposal = known.ofProposal?.(proposalId);
      const { eventId = null, item = null } = proposal ?? {};
      return {
        keys: [
          `proposal:${proposalId}`,
          ...(eventId === null ? [] : [`event:${eventId}`]),
          ...(item === null ? [] : [`card:${item.cardId}`]),
        ],
        saw: {
          ...(eventId === null ? {} : sawOf(eventId, known.ofEvent(eventId))),
          ...(item === null ? {} : { cardId: item.cardId }),
        },
      };
    }
    case 'correction.proposeBulk': {
      const { eventId } = command.input;
      return { keys: [`event:${eventId}`], saw: sawOf(eventId, known.ofEvent(eventId)) };
    }
    case 'receipt.sent':
      return { keys: [`receipt:${command.input.correctionId}`], saw: {} };
    case 'correction.propose':
    case 'correction.apply': {
      const { eventId, cardId } = command.input;
      return eventId === null
        ? { keys: [`card:${cardId}`], saw: {} }
        : { keys: [`event:${eventId}`, `card:${cardId}`], saw: sawOf(eventId, known.ofEvent(eventId)) };
    }
    case 'detectors.set':
      return { keys: [`detector:${command.input.algorithm}`], saw: {} };
    case 'alert.merge': {
      const { eventId, into } = command.input;
      return { keys: [`event:${eventId}`, `event:${into}`], saw: sawOf(eventId, known.ofEvent(eventId)) };
    }
    case 'alert.split': {
      const { eventId } = command.input;
      return { keys: [`event:${eventId}`], saw: sawOf(eventId, known.ofEvent(eventId)) };
    }
    case 'silence.start':
    case 'silence.end':
      return { keys: [`silence:${command.input.silenceId}`], saw: {} };
    case 'mention.read':
      return { keys: command.input.notes.map((note) => `note:${note}`), saw: {} };
    case 'handover.offer':
    case 'handover.accept':
    case 'handover.withdraw':
      return { keys: [`handover:${command.input.handoverId}`], saw: {} };
    case 'escalation.set':
      return { keys: ['escalation'], saw: { version: command.input.base } };
    case 'session.refused':
      return { keys: ['session'], saw: {} };
    case 'outbox.drop':
      return { keys: [`operation:${command.input.dropped}`], saw: {} };
  }
};

const sawOf = (eventId: number, incident: Incident | undefined): Record<string, Json> => {
  const event = incident && eventsOf(incident.alert).find((one) => one.eventId === eventId);
  if (incident === undefined || event === undefined) return {};
  return {
    incidentId: incident.alert.incidentId,
    algorithm: event.algorithm,
    cardId: event.cardId,
    status: event.status,
    version: event.version,
    acknowledgedBy: event.acknowledgedBy,
    takenBy: event.takenBy,
  };
};
