import { beforeEach, describe, expect, it } from 'vitest';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { AlertEvent } from '../../shared/domain/alert.ts';
import { type RowId, rowId } from '../../shared/domain/row-id.ts';
import type { Silence } from '../../shared/domain/silence.ts';
import { anAlert, anEvent } from '../../shared/testing/alerts.ts';
import { type AlarmCopy, createAlarmCopy } from '../buffer/alarm-copy.ts';
import { type Buffer, openBuffer } from '../buffer/buffer.ts';
import { createMirror, type Mirror } from '../buffer/mirror.ts';
import { createFloodGate, type FloodGate } from './flood-gate.ts';

const NINE = Date.UTC(2026, 6, 3, 21);
const MINUTE = 60_000;

let buffer: Buffer;
let mirror: Mirror;
let copy: AlarmCopy;
let gate: FloodGate;
let events: RegieEvent[];
let nowMs: number;
let ids: number;
let silences: Silence[];

const start = (): void => {
  gate = createFloodGate({
    ...{ alerts: mirror, copy, silences: () => silences, now: () => nowMs },
    publish: (event) => events.push(event),
  });
};
beforeEach(() => {
  buffer = openBuffer(':memory:', 'mirror');
  mirror = createMirror(buffer);
  copy = createAlarmCopy(buffer);
  events = [];
  nowMs = NINE;
  ids = 0;
  silences = [];
  start();
  return () => buffer.close();
});

/** An alert begins now, and calls as the follower makes it. */
const begins = (some: Partial<AlertEvent> = {}, place: string | null = 'Bar 3'): RowId => {
  ids += 1;
  const eventId = rowId(ids);
  const event = anEvent({
    ...{ eventId, algorithm: 'balance_deduction_on_failure', severity: 'CRITICAL' },
    ...{ detectedAt: new Date(nowMs).toISOString() },
    ...some,
  });
  mirror.apply([{ alert: anAlert(event, [], { place }), timeline: [], run: null }], []);
  gate.check([eventId]);
  gate.raise({ event: 'raised', incidentId: eventId, severity: event.severity });
  return eventId;
};
const many = (count: number, stepMs: number, some: Partial<AlertEvent> = {}, place: string | null = 'Bar 3'): void => {
  for (let index = 0; index < count; index += 1) {
    if (index > 0) nowMs += stepMs;
    begins(some, place);
  }
};
/** What was heard: the numbers of alerts, and `flood`. */
const heard = () =>
  events.flatMap((event): readonly (number | 'flood')[] => {
    if (event.event === 'raised') return [Number(event.incidentId)];
    return event.event === 'flood' && event.sounds ? ['flood'] : [];
  });

describe('twenty alerts in five minutes', () => {
  it('ten are heard, then one sound stands for the rest', () => {
    many(20, 15_000);
    expect(heard()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'flood']);
    expect(gate.flood()).toEqual({ since: new Date(NINE).toISOString(), alarms: 20, first: rowId(1), cause: null });
  });

  it('of a batch that is a flood by itself, one sound is heard', () => {
    const batch = Array.from({ length: 15 }, (_, index) =>
      anAlert(anEvent({ eventId: rowId(index + 1), detectedAt: new Date(nowMs).toISOString() })),
    );
    mirror.apply(
      batch.map((alert) => ({ alert, timeline: [], run: null })),
      [],
    );
    gate.check(batch.map(({ incidentId }) => incidentId));
    for (const { incidentId } of batch) gate.raise({ event: 'raised', incidentId, severity: 'CRITICAL' });
    expect(heard()).toEqual(['flood']);
  });

  it('a CRITICAL of another cause is heard, once', () => {
    many(12, 1_000);
    events = [];
    begins({ algorithm: 'negative_balance_detection' }, 'Bar 9');
    begins({ algorithm: 'negative_balance_detection' }, 'Bar 9');
    // The same fault, where it was not: most of it is at Bar 3.
    begins({}, 'Bar 7');
    begins({}, 'Bar 8');
    begins({}, 'Bar 3');
    expect(heard()).toEqual([13, 15]);
  });

  it('what is less than CRITICAL is not, whatever its cause; a CRITICAL after it is', () => {
    many(12, 1_000);
    events = [];
    begins({ algorithm: 'duplicate_charge', severity: 'HIGH' });
    begins({ algorithm: 'duplicate_charge', severity: 'CRITICAL' });
    expect(heard()).toEqual([14]);
  });

  it('what began before the flood calls again as always', () => {
    const before = begins({ severity: 'HIGH' });
    nowMs += 30 * MINUTE;
    many(12, 1_000);
    events = [];
    gate.raise({ event: 'raised', incidentId: before, severity: 'HIGH' });
    expect(heard()).toEqual([1]);
  });
});

it('it ends by itself when fewer than five have begun in ten minutes, and alerts are heard as before', () => {
  many(12, 1_000);
  nowMs += 9 * MINUTE + 50_000;
  gate.tick();
  expect(gate.flood()).not.toBeNull();
  nowMs += 20_000;
  gate.tick();
  expect(gate.flood()).toBeNull();
  expect(events.at(-1)).toEqual({ event: 'flood', flood: null, sounds: false });
  events = [];
  begins({ severity: 'LOW' });
  expect(heard()).toEqual([13]);
});

it('a flood of what is silenced makes no sound, and is said all the same', () => {
  silences = [
    {
      ...{ silenceId: '0197d2a0-0000-7000-8000-000000000001', reason: 'repaired', by: 'Ana', laptop: 'booth-1' },
      ...{ from: new Date(NINE).toISOString(), until: new Date(NINE + 60 * MINUTE).toISOString(), waiting: false },
      ...{ algorithm: 'reader_failure_spike', device: null, cardId: null, endedBy: null },
    },
  ];
  many(12, 1_000, { algorithm: 'reader_failure_spike', severity: 'MEDIUM' }, 'reader-1');
  expect(gate.flood()?.alarms).toBe(12);
  expect(heard()).not.toContain('flood');
});

it('after a restart it goes on from what was copied, without a sound', () => {
  copy.put(
    Array.from({ length: 12 }, (_, index) => ({
      ...{ eventId: rowId(index + 1), beginsMs: nowMs - index * 1_000, endsMs: null, severity: 'HIGH' as const },
      ...{ algorithm: 'duplicate_charge', about: 'Bar 1' },
    })),
  );
  start();
  expect(gate.flood()).toMatchObject({ alarms: 12, first: rowId(12) });
  expect(events).toEqual([]);
});

it('says what the engine has found in common, from the first alert', () => {
  const cause = {
    ...{ found: 'cause', dimension: 'pointOfSale', value: 'Bar 3', failingShare: 0.9, trafficShare: 0.1, lift: 9 },
    ...{ failing: 20, healthy: 300, compared: 30, chance: 1e-9, also: [] },
  };
  begins({ facts: { flood_cause: cause } });
  many(11, 1_000);
  expect(gate.flood()?.cause).toEqual(cause);
});
