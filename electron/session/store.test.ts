import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INITIAL_SETTINGS } from '../../shared/domain/festival-settings.ts';
import type { Role } from '../../shared/domain/rights.ts';
import { type Buffer as LocalBuffer, openBuffer } from '../buffer/buffer.ts';
import { createPreferenceStore } from '../buffer/preferences.ts';
import { keyOf, operatorIdOf } from '../testing/operators.ts';
import { createLaptopPreferences, createSessionStore, type SessionStore } from './store.ts';

const MINUTE = 60_000;
const PIN_AT = '2026-07-01T00:00:00.000Z';

let folder: string;
let buffer: LocalBuffer;
let session: SessionStore;
let presented: (string | null)[];
let ended: string[];
let time: { now: number; monotonic: number };

const open = (): SessionStore => {
  const store = createPreferenceStore(buffer);
  const opened = createSessionStore({
    store,
    preferences: createLaptopPreferences({ store, systemLocale: 'en' }),
    laptop: () => 'booth-1',
    laptopId: () => null,
    version: '0.0.0',
    timeZone: 'UTC',
    clock: { now: () => time.now, monotonic: () => time.monotonic },
    publish: () => undefined,
    onOperator: () => presented.push(session.operator()),
    onSessionEnd: ({ keyId }) => ended.push(keyId),
  });
  opened.setFestival({ training: true, address: '', settings: INITIAL_SETTINGS }, 'training');
  return opened;
};
const as = (name: string, role: Role = 'operator') => ({
  operatorId: operatorIdOf(name),
  name,
  role,
  laptopKey: keyOf(name, 'laptop'),
  sessionKey: { ...keyOf(name), expiresAt: '2026-07-04T13:00:00.000Z' },
  pinAt: PIN_AT,
});
const known = (name: string, changes: Partial<{ role: Role; active: boolean; pinAt: string }> = {}) => ({
  ...as(name),
  active: true,
  ...changes,
});
const pass = (ms: number): void => {
  time = { now: time.now + ms, monotonic: time.monotonic + ms };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-session-'));
  buffer = openBuffer(join(folder, 'laptop.sqlite'), 'mirror');
  time = { now: Date.parse('2026-07-03T21:00:00.000Z'), monotonic: 1_000 };
  presented = [];
  ended = [];
  session = open();
});
afterEach(() => {
  session.close();
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a console that nobody touches', () => {
  it('locks after the time that was chosen: nothing is signed after it, and the others are told', () => {
    session.signIn(as('Léa'));
    pass(15 * MINUTE - 1);
    expect(session.author()?.operator).toBe('Léa');
    pass(1);
    expect(session.author()).toBeNull();
    expect(session.get()).toMatchObject({
      operator: null,
      role: null,
      locked: { why: 'idle', name: 'Léa', at: '2026-07-03T21:15:00.000Z' },
    });
    expect(presented).toEqual(['Léa', null]);
  });

  it('stays open while somebody is there', () => {
    session.signIn(as('Léa'));
    for (let minutes = 0; minutes < 60; minutes += 10) {
      pass(10 * MINUTE);
      session.active();
    }
    expect(session.signedIn()?.name).toBe('Léa');
  });

  it('is not woken by the first touch after its time: that needs the PIN', () => {
    session.signIn(as('Léa'));
    pass(16 * MINUTE);
    session.active();
    expect(session.signedIn()).toBeNull();
  });

  it('counts the time that the laptop slept, and does not trust a clock that was set back', () => {
    session.signIn(as('Léa'));
    time = { ...time, now: time.now + 20 * MINUTE };
    expect(session.signedIn()).toBeNull();
    session.signIn(as('Léa'));
    time = { now: time.now - 60 * MINUTE, monotonic: time.monotonic + 20 * MINUTE };
    expect(session.signedIn()).toBeNull();
  });

  it('never locks where the laptop says so, over a restart as well', () => {
    session.setPreferences({ autoLockMinutes: null });
    session.close();
    session = open();
    session.signIn(as('Léa'));
    pass(24 * 60 * MINUTE);
    expect(session.signedIn()?.name).toBe('Léa');
    session.setPreferences({ theme: 'light' });
    expect(session.get().preferences.autoLockMinutes).toBeNull();
    session.setPreferences({ autoLockMinutes: 5 });
    expect(session.signedIn()).toBeNull();
  });
});

describe('the key of a session', () => {
  it('ends with it: locked, idle, or when somebody else signs in', () => {
    const keyIdOf = (name: string) => keyOf(name).keyId;
    session.signIn(as('Léa'));
    session.lock();
    session.signIn(as('Léa'));
    pass(16 * MINUTE);
    expect(session.signatory()).toBeNull();
    session.signIn(as('Léa'));
    session.signIn(as('Ana'));
    expect(ended).toEqual([keyIdOf('Léa'), keyIdOf('Léa'), keyIdOf('Léa')]);
  });

  it('runs out, and then only what can wait is signed', () => {
    session.setPreferences({ autoLockMinutes: null });
    session.signIn(as('Léa'));
    expect(session.get().steppedUp).toBe(true);
    pass(16 * 60 * MINUTE);
    expect(session.get()).toMatchObject({ operator: 'Léa', steppedUp: false });
    expect(session.signatory()).toMatchObject({ laptopKey: keyOf('Léa', 'laptop'), sessionKey: null });
  });

  it('comes later to who signed in without the network, and to nobody else', () => {
    const key = { ...keyOf('Léa'), expiresAt: '2026-07-04T13:00:00.000Z' };
    session.signIn({ ...as('Léa'), sessionKey: null });
    expect(session.stepUp(operatorIdOf('Ana'), key)).toBe(false);
    expect(session.get().steppedUp).toBe(false);
    expect(session.stepUp(operatorIdOf('Léa'), key)).toBe(true);
    expect(session.get().steppedUp).toBe(true);
    session.lock();
    expect(session.stepUp(operatorIdOf('Léa'), key)).toBe(false);
  });
});

describe('whoever is signed in', () => {
  it('is signed out with the reason when they may not sign in any more, or have a new PIN', () => {
    session.signIn(as('Léa'));
    session.follow([known('Léa'), known('Ana', { active: false })]);
    expect(session.operator()).toBe('Léa');
    session.follow([known('Léa', { active: false })]);
    expect(session.get().locked).toMatchObject({ why: 'inactive', name: 'Léa' });
    session.signIn(as('Léa'));
    expect(session.get().locked).toBeNull();
    session.follow([known('Léa', { pinAt: '2026-07-03T21:00:00.000Z' })]);
    expect(session.get().locked).toMatchObject({ why: 'newPin' });
  });

  it('has the role that a supervisor has given them since', () => {
    session.signIn(as('Léa', 'supervisor'));
    session.follow([known('Léa', { role: 'viewer' })]);
    expect(session.get()).toMatchObject({ operator: 'Léa', role: 'viewer', locked: null });
  });
});

describe('the festival on screen', () => {
  const settings = { ...INITIAL_SETTINGS, version: 1, name: 'Nuits du Lac', timeZone: 'Asia/Tokyo' };
  const shown = () => {
    const { festival, timeZone } = session.get();
    return [festival.address, festival.name, timeZone];
  };

  it('has its address for a name and the zone of this laptop until somebody has set others', () => {
    session.setFestival({ training: false, address: 'db/festival', settings: INITIAL_SETTINGS }, 'festival');
    expect(shown()).toEqual(['db/festival', 'db/festival', 'UTC']);
    session.signIn(as('Léa'));
    session.setFestivalSettings(settings);
    expect(shown()).toEqual(['db/festival', 'Nuits du Lac', 'Asia/Tokyo']);
    expect(session.get().operator).toBe('Léa');
  });
});

describe('who was here', () => {
  it('is remembered for this festival and for no other, the last one first', () => {
    for (const name of ['Léa', 'Ana', 'Léa', 'Nils']) session.signIn(as(name));
    session.lock();
    expect(session.get().locked).toMatchObject({ why: 'byHand', name: 'Nils' });
    const here = ['Nils', 'Léa', 'Ana'].map(operatorIdOf);
    expect(session.get().recentOperatorIds).toEqual(here);
    session.setFestival({ training: false, address: 'db/other', settings: INITIAL_SETTINGS }, 'another');
    expect(session.get()).toMatchObject({ recentOperatorIds: [], locked: null });
    session.signIn(as('Ada'));
    session.setFestival({ training: true, address: '', settings: INITIAL_SETTINGS }, 'training');
    expect(session.get()).toMatchObject({ recentOperatorIds: here, operator: null });
  });
});
