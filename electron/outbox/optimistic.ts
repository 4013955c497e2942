import type { AlertEvent, TimelineEntry } from '../../shared/contract/alerts.ts';
import type { CardView } from '../../shared/contract/cards.ts';
import { toNumeric } from '../../shared/domain/money.ts';
import { acknowledgementLeaseMs, isOpen } from '../../shared/domain/severity.ts';
import { eventsOf, type Incident } from '../buffer/mirror.ts';
import type { Command } from '../operations/registry.ts';
import { runBegun, runWith, stepWaiting } from './optimistic-runs.ts';

/** A command on its way, for the eyes of the screen. */
export type WaitingCommand = { readonly command: Command; readonly unknown: boolean };

/**
 * What the screen shows = mirror + outbox on top (offline.md, "Optimistic view"). An alert stays open until the
 * festival's database has confirmed its end: it is marked as waiting, never shown as done.
 */
export const withWaiting = (incident: Incident, waiting: readonly WaitingCommand[]): Incident =>
  waiting.length === 0
    ? incident
    : withoutConfirmed(
        waiting.reduce((seen, { command }) => over(seen, command), {
          ...incident,
          alert: { ...incident.alert, waiting: waiting.length },
        }),
      );

/** For a moment the mirror has an entry already and the command is laid over it still: it is told once. */
const withoutConfirmed = (incident: Incident): Incident => {
  const confirmed = new Set(incident.timeline.flatMap((entry) => (entry.entryId === null ? [] : entry.operationId)));
  const timeline = incident.timeline.filter((entry) => entry.entryId !== null || !confirmed.has(entry.operationId));
  return { ...incident, timeline };
};

/** Proposals for a card that are on their way. */
export const waitingCorrections = (waiting: readonly WaitingCommand[]): CardView['waiting'] =>
  waiting.flatMap(({ command, unknown }) =>
    command.name === 'correction.apply' || command.name === 'correction.propose'
      ? [
          {
            operationId: command.input.operationId,
            kind: command.input.kind,
            cardDeltaCents: command.input.cardDeltaCents,
            ledgerDeltaCents: command.input.ledgerDeltaCents,
            operator: command.author.operator,
            at: command.author.laptopAt,
            unknown,
          },
        ]
      : [],
  );

const over = (incident: Incident, command: Command): Incident => {
  const { author } = command;
  const snoozed = command.name === 'alert.snooze' ? command.input.minutes * 60_000 : null;
  const leaseMs = ({ severity }: AlertEvent): number => snoozed ?? acknowledgementLeaseMs(severity);
  const acknowledged = (event: AlertEvent): AlertEvent => ({
    ...event,
    acknowledgedAt: event.acknowledgedAt ?? author.laptopAt,
    acknowledgedBy: event.acknowledgedBy ?? author.operator,
    acknowledgedUntil: new Date(Date.parse(author.laptopAt) + leaseMs(event)).toISOString(),
  });
  const taken = (event: AlertEvent): AlertEvent => ({
    ...acknowledged(event),
    status: event.status === 'OPEN' ? 'INVESTIGATING' : event.status,
    takenAt: author.laptopAt,
    takenBy: author.operator,
    takenOn: author.laptop,
  });
  const told = (kind: string, eventId: number, data: TimelineEntry['data'] = {}): TimelineEntry => ({
    entryId: null,
    eventId,
    at: author.laptopAt,
    kind,
    actor: author.operator,
    laptop: author.laptop,
    operationId: command.input.operationId,
    data,
  });
  const tell = (entry: TimelineEntry): readonly TimelineEntry[] => [...incident.timeline, entry];

  switch (command.name) {
    case 'alert.acknowledge':
      return { ...onOpen(incident, acknowledged), timeline: tell(told('acknowledged', command.input.eventId)) };
    case 'alert.unacknowledge':
      return {
        ...onOpen(incident, (event) => ({
          ...event,
          status: 'OPEN',
          acknowledgedAt: null,
          acknowledgedBy: null,
          acknowledgedUntil: null,
          snoozedUntil: null,
          takenAt: null,
          takenBy: null,
          takenOn: null,
        })),
        timeline: tell(told('unacknowledged', command.input.eventId)),
      };
    case 'alert.take': {
      const holder = incident.alert.lead.takenBy;
      // Somebody else's alert stays theirs on the screen until the festival's database has confirmed the take-over.
      return holder === null || holder === author.operator
        ? { ...onOpen(incident, taken), timeline: tell(told('taken', command.input.eventId)) }
        : { ...incident, timeline: tell(told('taken_over', command.input.eventId, { from: holder })) };
    }
    case 'alert.snooze': {
      const { eventId, minutes, reason } = command.input;
      return {
        ...onOpen(incident, (event) => {
          const after = acknowledged(event);
          return { ...after, snoozedUntil: after.acknowledgedUntil };
        }),
        timeline: tell(told('snoozed', eventId, { minutes, reason })),
      };
    }
    // Closed until the festival's database has opened it again, as an end is not shown before it is confirmed.
    case 'alert.reopen':
      return { ...incident, timeline: tell(told('reopened', command.input.eventId, { reason: command.input.reason })) };
    case 'alert.note': {
      const { eventId, text, mentions } = command.input;
      return { ...incident, timeline: tell(told('note', eventId, { text, ...(mentions ? { mentions } : {}) })) };
    }
    // Both stay where they are until the festival's database has confirmed it: nothing on the board jumps twice.
    case 'alert.merge': {
      const { eventId, into, seen } = command.input;
      const source = eventsOf(incident.alert).some((event) => event.eventId === eventId);
      const entry = source
        ? told('merged', eventId, { incident: seen.into })
        : told('merged_here', into, { incident: seen.incidentId });
      return { ...incident, timeline: tell(entry) };
    }
    case 'alert.split':
      return {
        ...incident,
        timeline: tell(told('split', command.input.eventId, { incident: command.input.seen.incidentId })),
      };
    case 'alert.resolve':
      return { ...incident, timeline: tell(told('resolved', command.input.eventId, { note: command.input.note })) };
    case 'alert.falsePositive':
      return {
        ...incident,
        timeline: tell(told('false_positive', command.input.eventId, { reason: command.input.reason })),
      };
    case 'runbook.start': {
      const { eventId, runId, runbookId } = command.input;
      if (eventId === null || (incident.run !== null && incident.run.finishedAt === null)) return incident;
      const held = incident.alert.lead.takenBy !== null;
      return {
        ...(held ? incident : onOpen(incident, taken)),
        run: runBegun(command),
        timeline: tell(told('runbook_started', eventId, { runId, runbook: runbookId })),
      };
    }
    case 'runbook.completeStep':
    case 'runbook.skipStep': {
      const { run } = incident;
      const after = run && runWith(run, command);
      if (run === null || after === null || after === run || run.eventId === null) return incident;
      const { choice, reason, state } = stepWaiting(command);
      const { runId, stepId } = command.input;
      return {
        ...incident,
        run: after,
        timeline: tell(
          told(state === 'done' ? 'step_done' : 'step_skipped', run.eventId, { runId, step: stepId, choice, reason }),
        ),
      };
    }
    case 'runbook.tick':
      return incident.run === null ? incident : { ...incident, run: runWith(incident.run, command) };
    case 'correction.propose':
    case 'correction.apply': {
      const { eventId, kind, cardDeltaCents, ledgerDeltaCents, reason } = command.input;
      if (eventId === null) return incident;
      return {
        ...incident,
        timeline: tell(
          told(command.name === 'correction.apply' ? 'corrected' : 'proposed', eventId, {
            kind,
            card_delta: toNumeric(cardDeltaCents),
            ledger_delta: toNumeric(ledgerDeltaCents),
            note: reason,
          }),
        ),
      };
    }
    case 'correction.proposeBulk': {
      const { eventId, kind, reason } = command.input;
      return { ...incident, timeline: tell(told('proposed', eventId, { kind, note: reason })) };
    }
    case 'escalation.called': {
      const { eventId, name, phone } = command.input;
      return { ...incident, timeline: tell(told('called', eventId, { name, phone })) };
    }
    case 'silence.start':
    case 'silence.end':
    case 'mention.read':
    case 'runbook.end':
    case 'monitoring.stop':
    case 'monitoring.restart':
    case 'events.backup':
    // Decisions on a proposal are shown when the festival's database has taken them: nobody approves without the network.
    case 'correction.approve':
    case 'correction.reject':
    case 'correction.withdraw':
    case 'correction.cancel':
    case 'receipt.sent':
    case 'detectors.set':
    case 'escalation.set':
    case 'handover.offer':
    case 'handover.accept':
    case 'handover.withdraw':
    case 'outbox.drop':
    case 'session.refused':
      return incident;
  }
};

const onOpen = (incident: Incident, change: (event: AlertEvent) => AlertEvent): Incident => {
  const changed = (event: AlertEvent): AlertEvent => (isOpen(event.status) ? change(event) : event);
  const { alert } = incident;
  return { ...incident, alert: { ...alert, lead: changed(alert.lead), linked: alert.linked.map(changed) } };
};
