import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../shared/domain/alert.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import { anAlert, anEvent } from '../../shared/testing/alerts.ts';
import { type Buffer, openBuffer } from './buffer.ts';
import { createMirror, type Mirror } from './mirror.ts';

let buffer: Buffer;
let mirror: Mirror;
beforeEach(() => {
  buffer = openBuffer(':memory:', 'mirror');
  mirror = createMirror(buffer);
});
afterEach(() => buffer.close());

const NOW = Date.parse('2026-07-03T21:00:00.000Z');
const alert = (id: number | string, lead: Partial<AlertEvent> = {}, some: Partial<Alert> = {}): Alert =>
  anAlert(anEvent({ eventId: rowId(id), ...lead }), [], some);
const put = (...alerts: readonly Alert[]): void =>
  mirror.apply(
    alerts.map((one) => ({ alert: one, timeline: [], run: null })),
    [],
  );
const closed = (id: number | string, detectedAt: string): Alert =>
  alert(id, { status: 'RESOLVED', detectedAt }, { open: false });

describe('a long board', () => {
  it('is read in parts that together are the whole, whatever the ids are', () => {
    const ids = ['-9223372036854775808', '-7', '0', '9', '10', '7301234567890123457', '9223372036854775807'];
    put(...ids.map((id) => alert(id)), closed(11, '2026-07-03T20:00:00.000Z'), closed(12, '2026-06-01T20:00:00.000Z'));
    for (const all of [true, false]) {
      const found: string[] = [];
      for (let part: Alert[] | undefined; part === undefined || part.length === 2; ) {
        const after = part?.at(-1)?.incidentId ?? null;
        part = mirror.board({ closed: all, sinceMs: NOW - 86_400_000, part: { order: 'id', after, most: 2 } });
        found.push(...part.map(({ incidentId }) => incidentId));
      }
      expect(found).toEqual(all ? [...ids.slice(0, 5), '11', ...ids.slice(5)] : ids);
    }
  });

  it('has its most urgent ones first, in the order of the board', () => {
    const due = (minute: number) => ({ dueAt: `2026-07-03T21:0${minute}:00.000Z` });
    put(
      alert(1, { severity: 'LOW' }),
      alert(2, { severity: 'CRITICAL', version: 4 }, due(4)),
      alert(3, { severity: 'CRITICAL' }, due(2)),
      alert(4, { severity: 'HIGH' }, due(1)),
      alert(5, { severity: 'CRITICAL', acknowledgedAt: '2026-07-03T20:59:00.000Z' }, due(0)),
      alert(6, { severity: 'HIGH' }, { dueAt: null }),
      closed(7, '2026-07-03T20:59:00.000Z'),
    );
    expect(mirror.mostUrgent(3)).toEqual([
      { incidentId: '3', version: 1 },
      { incidentId: '2', version: 4 },
      { incidentId: '4', version: 1 },
    ]);
    const first = mirror.board({ closed: true, sinceMs: 0, part: { order: 'urgency', most: 9 } });
    expect(first.map(({ incidentId }) => incidentId)).toEqual(['3', '2', '4', '6', '1', '5']);
  });

  it('is not read for the most urgent ones: an index has them', () => {
    const plan = buffer
      .prepare(
        'explain query plan select alert from mirror_incidents where open = 1 order by urgency, due_at, incident_id',
      )
      .all();
    expect(JSON.stringify(plan)).toContain('mirror_incidents_urgent');
    expect(JSON.stringify(plan)).not.toContain('TEMP B-TREE');
  });
});
