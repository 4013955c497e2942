import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Buffer as LocalBuffer, openBuffer } from '../buffer/buffer.ts';
import { createPreferenceStore } from '../buffer/preferences.ts';
import { operatorIdOf } from '../testing/operators.ts';
import { type CountedOperator, createPinTries, WRONG_PINS } from './pin-tries.ts';

describe('wrong PINs on a laptop', () => {
  let folder: string;
  let buffer: LocalBuffer;
  let now = Date.parse('2026-07-03T21:00:00.000Z');
  const tries = () =>
    createPinTries({ store: createPreferenceStore(buffer), clock: { now: () => now, monotonic: () => now } });
  const open = () => openBuffer(join(folder, 'laptop.sqlite'), 'mirror');
  const ana: CountedOperator = {
    operatorId: operatorIdOf('Ana'),
    name: 'Ana',
    lockedUntil: null,
    changedAt: '2026-07-01T00:00:00.000Z',
  };
  const tryWrong = () => {
    const begun = tries().begin(ana);
    return begun.ok ? begun.value.wrong() : begun;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regie-pin-'));
    buffer = open();
  });
  afterEach(() => {
    buffer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are counted, and a right one begins anew', () => {
    expect(tryWrong()).toEqual({ ok: false, error: { code: 'pin_wrong', params: { name: 'Ana', left: 9 } } });
    const right = tries().begin(ana);
    if (right.ok) right.value.right();
    expect(tryWrong()).toMatchObject({ error: { params: { left: 9 } } });
  });

  it('are counted before they are looked at, and what could not be looked at is none', () => {
    for (let times = 0; times < 3; times += 1) tries().begin(ana);
    expect(tryWrong()).toMatchObject({ error: { params: { left: 6 } } });
    const unanswered = tries().begin(ana);
    if (unanswered.ok) unanswered.value.void();
    expect(tryWrong()).toMatchObject({ error: { params: { left: 5 } } });
  });

  it('lock after ten, over a restart as well, for a quarter of an hour', () => {
    for (let times = 0; times < WRONG_PINS; times += 1) tryWrong();
    buffer.close();
    buffer = open();
    expect(tries().begin(ana)).toMatchObject({ ok: false, error: { code: 'operator_locked' } });
    expect(tries().lockedUntil(ana)).toBe(new Date(now + 15 * 60_000).toISOString());
    now += 16 * 60_000;
    expect(tries().lockedUntil(ana)).toBeNull();
    expect(tryWrong()).toMatchObject({ error: { code: 'pin_wrong', params: { left: 9 } } });
  });

  it('are forgotten when a supervisor has saved the operator, however wrong the laptop’s clock is', () => {
    for (let times = 0; times < WRONG_PINS; times += 1) tryWrong();
    const saved = { ...ana, changedAt: new Date(now - 60 * 60_000).toISOString() };
    expect(tries().begin(saved)).toMatchObject({ ok: true });
  });
});
