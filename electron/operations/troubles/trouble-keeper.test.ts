import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RegieEvent } from '../../../shared/contract/events.ts';
import { acknowledgementLeaseMs } from '../../../shared/domain/severity.ts';
import { type Buffer as LocalBuffer, openBuffer } from '../../buffer/buffer.ts';
import { createTroubleCopy } from '../../buffer/trouble-copy.ts';
import { createTroubleKeeper } from './trouble-keeper.ts';

/* A laptop without the festival's database, whose console is ended and started again: all that it has is its file. */

const KEY = { kind: 'link_lost', subject: 'booth-1' } as const;
const LEASE_MS = acknowledgementLeaseMs('HIGH');
let folder: string;
let buffer: LocalBuffer;
let now: number;
let keeper: ReturnType<typeof start>;
const calls: RegieEvent[] = [];

const start = () => {
  buffer = openBuffer(join(folder, 'festival.outbox.sqlite'), 'outbox');
  // The monotonic clock starts with the process.
  const started = now;
  return createTroubleKeeper({
    ...{ copy: createTroubleCopy(buffer), laptop: 'booth-1', clockOffsetMs: () => 0, isCopied: () => false },
    clock: { now: () => now, monotonic: () => now - started },
    reachable: () => false,
    database: { write: () => Promise.reject(new Error('there is no database')) },
    publish: () => undefined,
    acknowledge: () => undefined,
    call: (event) => calls.push(event),
    log: { warn: () => undefined },
  });
};
const restart = (): void => {
  buffer.close();
  now += 20_000;
  keeper = start();
};
const pass = (ms: number): void => {
  now += ms;
  keeper.tick();
};
const raise = (): void => keeper.raise([{ ...KEY, sinceMs: 0, facts: {} }]);
/** Who holds each alert that is open on this laptop, and until when. */
const open = () =>
  keeper
    .incidents()
    .filter(({ alert }) => alert.open)
    .map(({ alert: { lead } }) => ({
      by: lead.acknowledgedBy,
      at: lead.acknowledgedAt,
      until: lead.acknowledgedUntil,
    }));
const acknowledge = (): boolean => {
  const [incident] = keeper.incidents().filter(({ alert }) => alert.open);
  return incident !== undefined && keeper.acknowledge(incident.alert.incidentId, 'Léa');
};
const NOBODY = { by: null, at: null, until: null };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-trouble-keeper-'));
  now = Date.parse('2026-07-03T21:00:00.000Z');
  calls.length = 0;
  keeper = start();
  raise();
  pass(1_000);
});
afterEach(() => {
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
});

it('an acknowledgement of this laptop’s alert holds over a restart as long as it was given for, and calls again then', () => {
  expect([open(), calls.length]).toEqual([[NOBODY], 1]);
  expect(acknowledge()).toBe(true);
  const held = { by: 'Léa', at: new Date(now).toISOString(), until: new Date(now + LEASE_MS).toISOString() };
  restart();
  pass(0);
  expect([open(), calls.length]).toEqual([[held], 1]);
  // What goes on is the same trouble: it is judged from there, and not raised anew.
  expect(keeper.open()).toMatchObject([KEY]);
  pass(LEASE_MS - 21_000);
  restart();
  pass(0);
  expect([open(), calls.length]).toEqual([[NOBODY], 2]);
  restart();
  pass(1_000);
  expect([open(), calls.length]).toEqual([[NOBODY], 2]);
});

it('nobody has acknowledged the next time that it happens', () => {
  acknowledge();
  keeper.end([{ ...KEY, atMs: 500 }]);
  restart();
  expect([open(), keeper.open()]).toEqual([[], []]);
  raise();
  pass(1_000);
  expect([open(), calls.length]).toEqual([[NOBODY], 2]);
});

it('what was taken back stays taken back', () => {
  acknowledge();
  const [incident] = keeper.incidents();
  expect(incident !== undefined && keeper.unacknowledge(incident.alert.incidentId)).toBe(true);
  restart();
  pass(0);
  expect([open(), calls.length]).toEqual([[NOBODY], 1]);
});
