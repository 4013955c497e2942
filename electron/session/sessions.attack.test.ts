import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { INITIAL_SETTINGS } from '../../shared/domain/festival-settings.ts';
import { type Buffer as LocalBuffer, openBuffer } from '../buffer/buffer.ts';
import { createPreferenceStore } from '../buffer/preferences.ts';
import { keyOf, operatorIdOf } from '../testing/operators.ts';
import { createSessions, type Sessions } from './sessions.ts';

/* Somebody opens a second tab of a console whose operator is signed in on the first, or stays at a tab that they left. */

let folder: string;
let buffer: LocalBuffer;
let sessions: Sessions;
let time: { now: number; monotonic: number };
const heard: [number, RegieEvent][] = [];
const ended: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-sessions-'));
  buffer = openBuffer(join(folder, 'laptop.sqlite'), 'mirror');
  time = { now: Date.parse('2026-07-03T21:00:00.000Z'), monotonic: 0 };
  heard.length = 0;
  ended.length = 0;
  sessions = createSessions({
    store: createPreferenceStore(buffer),
    laptop: () => 'booth-1',
    laptopId: () => null,
    version: '0.0.0',
    systemLocale: 'en',
    timeZone: 'UTC',
    clock: { now: () => time.now, monotonic: () => time.monotonic },
    onOperator: () => undefined,
    onSessionEnd: ({ keyId }) => ended.push(keyId),
  });
  sessions.setFestival({ training: true, address: '', settings: INITIAL_SETTINGS }, 'training');
});
afterEach(() => {
  sessions.close();
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
});

const PIN_AT = '2026-07-01T00:00:00.000Z';
const as = (name: string) => ({
  ...{ operatorId: operatorIdOf(name), name, role: 'operator' as const },
  ...{ pinAt: PIN_AT, laptopKey: keyOf(name, 'laptop') },
  sessionKey: { ...keyOf(name), expiresAt: '2026-07-04T13:00:00.000Z' },
});
const open = (tab: number) => sessions.open((event) => heard.push([tab, event]));

it('a second tab signs nothing with the secret of the first, and its lock is its own', () => {
  const [first, second] = [open(1), open(2)];
  // Each was told which festival is open.
  heard.length = 0;
  first.signIn(as('Léa'));
  expect([second.signedIn(), second.get().operator, second.author()]).toEqual([null, null, null]);
  second.signIn(as('Noé'));
  second.lock();
  expect([first.operator(), second.operator()]).toEqual(['Léa', null]);
  expect(heard.filter(([tab]) => tab === 1)).toHaveLength(1);
});

it('a tab that nobody touches locks while its neighbour is used', () => {
  const [first, second] = [open(1), open(2)];
  first.signIn(as('Léa'));
  second.signIn(as('Noé'));
  for (let minute = 0; minute < 20; minute += 1) {
    time = { now: time.now + 60_000, monotonic: time.monotonic + 60_000 };
    second.active();
  }
  expect([first.signedIn(), second.signedIn()?.name]).toEqual([null, 'Noé']);
});

it('whoever loses their access loses it in every tab, and a closed tab is nobody’s', () => {
  const [first, second] = [open(1), open(2)];
  first.signIn(as('Léa'));
  second.signIn(as('Léa'));
  sessions.follow([{ ...as('Léa'), active: false }]);
  expect([first.signedIn(), second.signedIn()]).toEqual([null, null]);
  second.signIn(as('Noé'));
  expect(sessions.operator()).toBe('Noé');
  second.close();
  // Each with a key of its own, which ends with it.
  expect(ended).toEqual([keyOf('Léa').keyId, keyOf('Léa').keyId, keyOf('Noé').keyId]);
  expect([sessions.operator(), sessions.isSignedIn('Noé')]).toEqual([null, false]);
});
