import { describe, expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../../shared/domain/alert.ts';
import { rowId } from '../../../shared/domain/row-id.ts';
import { anAlert, anEvent } from '../../../shared/testing/alerts.ts';
import { undisplayed } from './undisplayed.ts';

const event = (eventId: number, shownAt: string | null): AlertEvent => anEvent({ eventId: rowId(eventId), shownAt });
const alert = (lead: AlertEvent, linked: AlertEvent[] = [], open = true): Alert => anAlert(lead, linked, { open });

describe('what is on the screen for the first time', () => {
  it('is every event of an open incident that nobody has seen, also one that joined a seen one', () => {
    const seen = event(1, '2026-07-03T21:00:01Z');
    expect(undisplayed([alert(seen, [event(5, null)]), alert(event(3, null))], new Set())).toEqual(['3', '5']);
  });

  it('leaves out what was reported already, and closed incidents', () => {
    expect(undisplayed([alert(event(1, null)), alert(event(2, null), [], false)], new Set([rowId(1)]))).toEqual([]);
  });
});
