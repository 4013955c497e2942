import type { Alert } from '../../../shared/domain/alert.ts';
import { compareIds } from '../../../shared/domain/row-id.ts';
import { urgency } from '../../../shared/domain/severity.ts';

/** Most urgent first: open before closed, unacknowledged before acknowledged, severity, then what is due first. */
export const byUrgency = (a: Alert, b: Alert): number =>
  Number(b.open) - Number(a.open) ||
  Number(a.lead.acknowledgedAt !== null) - Number(b.lead.acknowledgedAt !== null) ||
  urgency(a.lead.severity) - urgency(b.lead.severity) ||
  inOrder(a.dueAt ?? '9', b.dueAt ?? '9') ||
  compareIds(a.incidentId, b.incidentId);

/** Of instants as they are written: no language has a say in it. */
const inOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
