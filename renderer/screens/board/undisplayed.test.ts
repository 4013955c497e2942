import { describe, expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../../shared/domain/alert.ts';
import { undisplayed } from './undisplayed.ts';

const event = (eventId: number, shownAt: string | null): AlertEvent => ({
  eventId,
  eventType: 'balance_discrepancy',
  severity: 'CRITICAL',
  status: 'OPEN',
  algorithm: 'balance_mismatch_detection',
  cardId: '04AA',
  transactionId: null,
  amountCents: null,
  confidence: 1,
  facts: {},
  context: {},
  occurredAt: '2026-07-03T21:00:00Z',
  committedAt: null,
  detectedAt: '2026-07-03T21:00:00Z',
  shownAt,
  resolvedAt: null,
  resolutionNotes: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgedUntil: null,
  snoozedUntil: null,
  recalledAt: null,
  takenAt: null,
  takenBy: null,
  takenOn: null,
  firstAcknowledgedAt: null,
  reopenedAt: null,
  placed: null,
  placedFrom: null,
  movedMoney: false,
  clearedAt: null,
  version: 1,
});
const alert = (lead: AlertEvent, linked: AlertEvent[] = [], open = true): Alert => ({
  incidentId: lead.eventId,
  lead,
  linked,
  linkedCount: linked.length,
  storm: null,
  open,
  dueAt: null,
  resolveBy: null,
  movedMoney: false,
  algorithms: [],
  waiting: 0,
});

describe('what is on the screen for the first time', () => {
  it('is every event of an open incident that nobody has seen, also one that joined a seen one', () => {
    const seen = event(1, '2026-07-03T21:00:01Z');
    expect(undisplayed([alert(seen, [event(5, null)]), alert(event(3, null))], new Set())).toEqual([3, 5]);
  });

  it('leaves out what was reported already, and closed incidents', () => {
    expect(undisplayed([alert(event(1, null)), alert(event(2, null), [], false)], new Set([1]))).toEqual([]);
  });
});
