import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INITIAL_SETTINGS } from '../../shared/domain/festival-settings.ts';
import type { Role } from '../../shared/domain/rights.ts';
import { type Buffer as LocalBuffer, openBuffer } from '../buffer/buffer.ts';
import { createPreferenceStore } from '../buffer/preferences.ts';
import { operatorIdOf, secretOf } from '../testing/operators.ts';
import { createLaptopPreferences, createSessionStore, type SessionStore } from './store.ts';

const MINUTE = 60_000;
const SECRET_AT = '2026-07-01T00:00:00.000Z';

let folder: string;
let buffer: LocalBuffer;
let session: SessionStore;
let presented: (string | null)[];
let time: { now: number; monotonic: number };

const open = (): SessionStore => {
  const store = createPreferenceStore(buffer);
  const opened = createSessionStore({
    store,
    preferences: createLaptopPreferences({ store, systemLocale: 'en' }),
    laptop: 'booth-1',
    version: '0.0.0',
    timeZone: 'UTC',
    clock: { now: () => time.now, monotonic: () => time.monotonic },
    publish: () => undefined,
    onOperator: () => presented.push(session.operator()),
  });
  opened.setFestival({ training: true, address: '', settings: INITIAL_SETTINGS }, 'training');
  return opened;
};
const as = (name: string, role: Role = 'operator') => ({
  operatorId: operatorIdOf(name),
  name,
  role,
  secret: secretOf(name),
  secretAt: SECRET_AT,
});
const known = (name: string, changes: Partial<{ role: Role; active: boolean; secretAt: string }> = {}) => ({
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

describe('whoever is signed in', () => {
  it('is signed out with the reason when they may not sign in any more, or have a new PIN', () => {
    session.signIn(as('Léa'));
    session.follow([known('Léa'), known('Ana', { active: false })]);
    expect(session.operator()).toBe('Léa');
    session.follow([known('Léa', { active: false })]);
    expect(session.get().locked).toMatchObject({ why: 'inactive', name: 'Léa' });
    session.signIn(as('Léa'));
    expect(session.get().locked).toBeNull();
    session.follow([known('Léa', { secretAt: '2026-07-03T21:00:00.000Z' })]);
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
