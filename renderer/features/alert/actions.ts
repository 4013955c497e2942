import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { idIn } from '../../../shared/domain/row-id.ts';
import { submit } from '../../commands.ts';
import { i18n } from '../../i18n.ts';
import { goTo } from '../../routes.ts';
import { openDialog } from '../../stores/ui.ts';

/** Alerts of one row of the board: the one that explains a loss, and those that only repeat it. */
export type Together = { readonly alert: Alert; readonly repeats: readonly Alert[] };

const alertsOf = (rows: readonly Together[]): readonly Alert[] =>
  rows.flatMap(({ alert, repeats }) => [alert, ...repeats]);
const eventIdsOf = (alerts: readonly Alert[]): RowId[] => alerts.map(({ lead }) => lead.eventId);

/**
 * Acknowledges what stands in these rows, as one command and with the way back.
 * @param stands whether it is to be done, where it is shown before that is clear
 * @returns whether it was done, or waits
 */
export const acknowledge = async (rows: readonly Together[], stands?: Promise<boolean>): Promise<boolean> => {
  const alerts = alertsOf(rows).filter(({ open }) => open);
  const [first] = alerts;
  if (first === undefined) return true;
  // What somebody had acknowledged before stays so.
  const fresh = alerts.filter(({ lead }) => lead.acknowledgedAt === null);
  const shown = shownOn(alerts, fresh, stands);
  const outcome =
    alerts.length === 1
      ? await submit(
          'alert.acknowledge',
          { eventId: first.lead.eventId },
          { done: i18n.t('alert.acknowledged'), ...shown },
        )
      : await submit(
          'alerts.acknowledge',
          { eventIds: eventIdsOf(alerts) },
          { done: doneOn('acknowledged', rows), ...shown },
        );
  return outcome !== null;
};

/** Takes what stands in these rows, likewise; of one alert that somebody else has, from the assignee that the screen shows. */
export const take = async (rows: readonly Together[], stands?: Promise<boolean>): Promise<boolean> => {
  const alerts = alertsOf(rows).filter(({ open }) => open);
  const [first] = alerts;
  if (first === undefined) return true;
  const fresh = alerts.filter(({ lead }) => lead.takenBy === null);
  const shown = shownOn(alerts, fresh, stands);
  const { eventId, takenBy } = first.lead;
  const outcome =
    alerts.length === 1
      ? await submit('alert.take', { eventId, holder: takenBy }, { done: i18n.t('alert.taken'), ...shown })
      : await submit('alerts.take', { eventIds: eventIdsOf(alerts) }, { done: doneOn('taken', rows), ...shown });
  return outcome !== null;
};

/** @param fresh those that the way back gives back */
const shownOn = (alerts: readonly Alert[], fresh: readonly Alert[], stands: Promise<boolean> | undefined) => ({
  on: alerts,
  ...(fresh.length === 0 ? {} : { undo: () => void giveBack(fresh) }),
  ...(stands === undefined ? {} : { stands }),
});

const giveBack = (alerts: readonly Alert[]): Promise<unknown> => {
  const [first] = alerts;
  return alerts.length === 1 && first !== undefined
    ? unacknowledge(first)
    : submit('alerts.unacknowledge', { eventIds: eventIdsOf(alerts) }, { on: alerts });
};

const doneOn = (what: 'acknowledged' | 'taken' | 'merged', rows: readonly Together[]): string =>
  i18n.t(`board.done_${what}`, { count: rows.length });

export const unacknowledge = (alert: Alert): Promise<unknown> =>
  submit('alert.unacknowledge', { eventId: alert.lead.eventId }, { on: [alert] });

/** Merges these rows into the first of them, as one command. */
export const mergeRows = (rows: readonly Together[]): Promise<unknown> => {
  const [into, ...others] = alertsOf(rows).filter(({ open }) => open);
  if (into === undefined || others.length === 0) return Promise.resolve();
  const incidentIds = others.map(({ incidentId }) => incidentId);
  return submit(
    'alerts.merge',
    {
      eventIds: eventIdsOf(others),
      into: into.lead.eventId,
      seen: { incidentIds, into: into.incidentId },
    },
    { done: doneOn('merged', rows) },
  );
};

export const openRunbook = (alert: Alert): void => goTo({ screen: 'runbook', incidentId: alert.incidentId });

type ReasonKind = 'note' | 'falsePositive' | 'resolve' | 'snooze' | 'reopen';

export const openReason = (kind: ReasonKind, alert: Alert, then?: () => void): void =>
  openDialog({ kind, eventId: alert.lead.eventId, ...(then === undefined ? {} : { then }) });

/** Asks for the words with which all that stands in these rows is snoozed or resolved, as one command. */
export const openReasonForRows = (kind: 'snooze' | 'resolve', rows: readonly Together[], then?: () => void): void => {
  const eventIds = eventIdsOf(alertsOf(rows).filter(({ open }) => open));
  const [eventId] = eventIds;
  if (eventId === undefined) return;
  openDialog({ kind, eventId, eventIds, count: rows.length, ...(then === undefined ? {} : { then }) });
};

/** Opens the correction of the alert's card; an alert of no single card has none. */
export const openCorrection = (alert: Alert, then?: () => void): void => {
  const { lead } = alert;
  if (lead.cardId === null) return;
  const deduction = lead.algorithm === 'balance_deduction_on_failure';
  const logId = idIn(lead.facts.log_id);
  openDialog({
    kind: 'correct',
    cardId: lead.cardId,
    eventId: lead.eventId,
    original: deduction ? (lead.transactionId ?? (logId === null ? null : `log:${logId}`)) : null,
    why: deduction ? 'deduction' : 'difference',
    // Both charges stand in the history: the second one is refunded beside it.
    ...(lead.algorithm === 'duplicate_charge' && lead.amountCents !== null ? { amount: lead.amountCents } : {}),
    ...(then === undefined ? {} : { then }),
  });
};
