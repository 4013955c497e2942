import { v7 as uuid } from 'uuid';
import type { CommandName } from '../../shared/contract/calls.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { runbookProgress } from '../../shared/domain/runbook-progress.ts';
import { builtinRunbooks } from '../../shared/runbooks/index.ts';
import { commandOnBoth, isOnBoth } from './command-on-both.ts';
import type { Laptop } from './laptop.ts';
import { listCommand } from './list-command.ts';
import { logCommand } from './log-command.ts';
import { moneyOfTwo } from './money-of-two.ts';
import { type Action, LIST_ACTIONS, LOG_ACTIONS } from './plan.ts';

/** An alert on one of the cards. */
export type Target = { readonly eventId: RowId; readonly incidentId: RowId };

const RUNBOOK = 'deduction-on-failure';
/** Belongs to no alert: its run is the festival's, and all laptops share it. */
const GENERAL = 'stop-and-restart';

/**
 * The command of an action, on what this laptop's screen shows, which may be old; undefined where it offers none. Long
 * because every action has its case and its input.
 */
export const commandFor = async (
  laptop: Laptop,
  card: string,
  { alert: { eventId, incidentId }, other }: { alert: Target; other: Target },
  action: Exclude<Action, 'picture'>,
): Promise<{ command: CommandName; input: Record<string, unknown> } | undefined> => {
  if (isOnBoth(action)) return commandOnBoth(laptop, { alert: { eventId, incidentId }, other }, action);
  if (isOneOf(LOG_ACTIONS, action)) return logCommand(laptop, card, eventId, action);
  if (isOneOf(LIST_ACTIONS, action)) return listCommand(laptop, action);
  switch (action) {
    case 'acknowledge':
    case 'unacknowledge':
      return { command: `alert.${action}`, input: { eventId } };
    case 'take': {
      const detail = await laptop.call('alert.get', { incidentId });
      const holder = detail?.ok ? detail.value.alert.lead.takenBy : null;
      return { command: 'alert.take', input: { eventId, holder } };
    }
    case 'snooze':
      return { command: 'alert.snooze', input: { eventId, minutes: 30, reason: 'the bar is being asked' } };
    case 'reopen':
      return { command: 'alert.reopen', input: { eventId, reason: 'it was not over' } };
    case 'note':
      return { command: 'alert.note', input: { eventId, text: 'seen at the bar' } };
    case 'resolve':
      return { command: 'alert.resolve', input: { eventId, note: 'paid back in cash' } };
    case 'falsePositive':
      return { command: 'alert.falsePositive', input: { eventId, reason: 'a test order' } };
    case 'merge':
    case 'split': {
      // Where this laptop's screen shows the two, which may be old: its number leads there.
      const places = await Promise.all(
        [incidentId, other.incidentId].map((one) => laptop.call('alert.get', { incidentId: one })),
      );
      const [shown, into] = places.map((detail) => (detail?.ok ? detail.value.alert.incidentId : null));
      if (shown == null || into == null) return undefined;
      return action === 'merge'
        ? { command: 'alert.merge', input: { eventId, into: other.eventId, seen: { incidentId: shown, into } } }
        : { command: 'alert.split', input: { eventId, together: true, seen: { incidentId: shown } } };
    }
    case 'silence':
      return {
        command: 'silence.start',
        input: {
          silenceId: uuid(),
          algorithm: 'reader_failure_spike',
          device: null,
          cardId: card,
          from: new Date().toISOString(),
          minutes: 30,
          reason: 'the reader is being changed',
          eventId: null,
        },
      };
    case 'startRunbook':
      return { command: 'runbook.start', input: { eventId, runId: uuid(), runbookId: RUNBOOK } };
    case 'completeStep':
    case 'skipStep': {
      const detail = await laptop.call('alert.get', { incidentId });
      const run = detail?.ok ? detail.value.run : null;
      const steps = builtinRunbooks.find(({ id }) => id === RUNBOOK)?.steps ?? [];
      const next = steps.find(({ id }) => !run?.steps.some((step) => step.stepId === id));
      if (run === null || next === undefined || next.kind === 'decision') return undefined;
      const input = { runId: run.runId, stepId: next.id };
      return action === 'skipStep'
        ? { command: 'runbook.skipStep', input: { ...input, reason: 'known already' } }
        : { command: 'runbook.completeStep', input };
    }
    case 'startGeneral':
      return { command: 'runbook.start', input: { eventId: null, runId: uuid(), runbookId: GENERAL } };
    case 'generalStep': {
      const list = await laptop.call('runbooks.get', {});
      const run = list?.ok ? list.value.runs.find(({ finishedAt }) => finishedAt === null) : undefined;
      const { current = null } = run?.runbook ? runbookProgress(run.runbook, run.steps) : {};
      if (run === undefined || current === null) return undefined;
      const input = { runId: run.runId, stepId: current.id };
      if (current.kind === 'decision') {
        return { command: 'runbook.completeStep', input: { ...input, choice: current.choices[0]?.id } };
      }
      const item = current.kind === 'checklist' ? current.items[run.ticks.length % current.items.length] : undefined;
      if (item !== undefined && run.ticks.length < 2) {
        return { command: 'runbook.tick', input: { ...input, itemId: item.id } };
      }
      const told = { how: 'by_hand', message: 'by phone', people: [] };
      return { command: 'runbook.completeStep', input: current.kind === 'notify' ? { ...input, told } : input };
    }
    case 'correct':
    case 'goodwill': {
      // What this laptop's screen shows, which may be old.
      const answer = await laptop.call('card.get', { cardId: card });
      const shown = answer?.ok ? answer.value : null;
      if (shown === null) return undefined;
      const goodwill = action === 'goodwill' || shown.discrepancyCents === 0;
      const delta = goodwill ? 100 : -shown.discrepancyCents;
      return {
        command: 'correction.apply',
        input: {
          eventId: goodwill ? null : eventId,
          cardId: card,
          kind: goodwill ? 'goodwill' : 'restore_card',
          cardDeltaCents: delta,
          ledgerDeltaCents: goodwill ? delta : 0,
          seenActualCents: shown.actualCents,
          seenExpectedCents: shown.expectedCents,
          originalTransaction: null,
          reason: 'for the trouble',
        },
      };
    }
    case 'propose':
    case 'approve':
    case 'undo':
      return moneyOfTwo(laptop, card, action);
    case 'thresholds':
      return {
        command: 'detectors.set',
        input: { algorithm: 'consecutive_failures', thresholds: { count: 4, minutes: 10 } },
      };
  }
};

const isOneOf = <Some extends Action>(actions: readonly Some[], action: Action): action is Some =>
  actions.some((one) => one === action);
