import type { Alert } from '../../../shared/domain/alert.ts';
import { idIn } from '../../../shared/domain/row-id.ts';
import { submit } from '../../commands.ts';
import { i18n } from '../../i18n.ts';
import { goTo } from '../../routes.ts';
import { openDialog } from '../../stores/ui.ts';

/** Acknowledges, with the way back. */
export const acknowledge = (alert: Alert): Promise<unknown> =>
  submit(
    'alert.acknowledge',
    { eventId: alert.lead.eventId },
    { done: i18n.t('alert.acknowledged'), undo: () => void unacknowledge(alert) },
  );

export const unacknowledge = (alert: Alert): Promise<unknown> =>
  submit('alert.unacknowledge', { eventId: alert.lead.eventId });

/** Another operator's alert is taken over from the assignee that the screen shows, and from no one else. */
export const take = ({ lead }: Alert): Promise<unknown> =>
  submit('alert.take', { eventId: lead.eventId, holder: lead.takenBy });

export const openRunbook = (alert: Alert): void => goTo({ screen: 'runbook', incidentId: alert.incidentId });

type ReasonKind = 'note' | 'falsePositive' | 'resolve' | 'snooze' | 'reopen';

export const openReason = (kind: ReasonKind, alert: Alert, then?: () => void): void =>
  openDialog({ kind, eventId: alert.lead.eventId, ...(then === undefined ? {} : { then }) });

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
