import type { Alert } from '../../../shared/domain/alert.ts';
import { compareIds } from '../../../shared/domain/row-id.ts';
import { urgency } from '../../../shared/domain/severity.ts';

/** Most urgent first: open before closed, unacknowledged before acknowledged, severity, then what is due first. */
export const byUrgency = (a: Alert, b: Alert): number =>
  Number(b.open) - Number(a.open) ||
  Number(a.lead.acknowledgedAt !== null) - Number(b.lead.acknowledgedAt !== null) ||
  urgency(a.lead.severity) - urgency(b.lead.severity) ||
  (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') ||
  compareIds(a.incidentId, b.incidentId);
