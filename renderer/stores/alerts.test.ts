import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/domain/alert.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import { anAlert, anEvent } from '../../shared/testing/alerts.ts';
import { applyAlerts, forgetAlerts, incidentOf, showSubmitted, useAlerts } from './alerts.ts';

const AT = '2026-07-03T21:04:00Z';
const free = anAlert(anEvent({ eventId: rowId(1) }));
const acknowledgedBy = (alert: Alert, name: string): Alert => ({
  ...alert,
  lead: { ...alert.lead, acknowledgedAt: AT, acknowledgedBy: name },
});
const show = (alert: Alert): Alert => ({ ...acknowledgedBy(alert, 'Léa'), waiting: alert.waiting + 1 });
const onBoard = () => useAlerts.getState().byId?.get(free.incidentId);

beforeEach(() => {
  forgetAlerts();
  useAlerts.setState({ byId: new Map([[free.incidentId, free]]), complete: true });
});

describe('an action that was handed to the core', () => {
  it('is shown at once, as one that waits', () => {
    showSubmitted([free], show);
    expect(onBoard()).toMatchObject({ waiting: 1, lead: { acknowledgedBy: 'Léa' } });
  });

  it('is shown over what the core says before it has heard of it', () => {
    const answered = showSubmitted([free], show);
    const seen = { ...free, lead: { ...free.lead, shownAt: AT } };
    applyAlerts([seen], []);
    expect(onBoard()).toMatchObject({ waiting: 1, lead: { acknowledgedBy: 'Léa', shownAt: AT } });
    answered(false);
    expect(onBoard()).toBe(seen);
  });

  it('gives way to what the core makes of it', () => {
    const answered = showSubmitted([free], show);
    const waiting = { ...acknowledgedBy(free, 'Léa'), waiting: 1 };
    applyAlerts([waiting], []);
    expect(onBoard()).toBe(waiting);
    const confirmed = acknowledgedBy(free, 'Léa');
    applyAlerts([confirmed], []);
    answered(true);
    expect(onBoard()).toBe(confirmed);
  });

  it('stays until the core shows it, where the answer comes first', () => {
    const answered = showSubmitted([free], show);
    answered(true);
    expect(onBoard()).toMatchObject({ waiting: 1 });
    applyAlerts([free], []);
    expect(onBoard()).toBe(free);
  });

  it('is taken back where the core refuses it, and leaves no trace of an alert that has gone', () => {
    const answered = showSubmitted([free], show);
    answered(false);
    expect(onBoard()).toBe(free);
    const gone = showSubmitted([free], show);
    applyAlerts([], [free.incidentId]);
    gone(false);
    expect(onBoard()).toBeUndefined();
  });
});

describe('the incident of an event', () => {
  const together = anAlert(anEvent({ eventId: rowId(1) }), [anEvent({ eventId: rowId(2) })]);
  const of = (event: number) => incidentOf(useAlerts.getState().byId, rowId(event));

  it('is found by each of its events, also after one has joined it or left', () => {
    expect(of(2)).toBeUndefined();
    applyAlerts([together], []);
    expect(of(1)).toBe(of(2));
    expect(of(2)?.incidentId).toBe(free.incidentId);
    applyAlerts([free], []);
    expect(of(2)).toBeUndefined();
    expect(of(1)?.incidentId).toBe(free.incidentId);
  });
});
