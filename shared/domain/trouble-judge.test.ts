import { describe, expect, it } from 'vitest';
import { type Judged, judge, judgedBefore, type Reading, type Senses } from './trouble-judge.ts';
import type { TroubleKind } from './troubles.ts';

const nothing: Judged = { atMs: 0, remembered: [] };
const wrong = (kind: TroubleKind, subject = '', more: Partial<Reading> = {}): Reading => ({
  ...{ kind, subject, state: 'wrong' },
  ...more,
});
const senses = (...readings: Reading[]): Senses => ({ readings, unclear: [] });

/** Judges once a second for so long; what was raised and ended, with the second. */
const run = (seconds: number, at: (second: number) => Senses, before = nothing) => {
  const said: string[] = [];
  let known = before;
  for (let second = 0; second <= seconds; second += 1) {
    const { after, raised, ended } = judge(at(second), known, second * 1_000);
    said.push(...raised.map(({ kind, subject }) => `${second} ${kind} ${subject}`.trim()));
    said.push(...ended.map(({ kind, subject, atMs }) => `${second} ${kind} ${subject} over at ${atMs / 1_000}`));
    known = after;
  }
  return said;
};

describe('judging', () => {
  it('says nothing while nothing is wrong, or not long enough', () => {
    expect(run(100, () => senses())).toEqual([]);
    expect(run(100, (s) => (s % 40 < 29 ? senses(wrong('follower_stuck', 'b')) : senses()))).toEqual([]);
  });

  it('raises once at its deadline and ends when it has been right for long enough', () => {
    expect(run(100, (s) => (s >= 10 && s < 60 ? senses(wrong('follower_stuck', 'b')) : senses()))).toEqual([
      '40 follower_stuck b',
      '65 follower_stuck b over at 60',
    ]);
  });

  it('counts from when the sense says that it began', () => {
    expect(run(60, () => senses(wrong('detection_blind', 'b', { sinceMs: -20_000 })))).toEqual([
      '25 detection_blind b',
    ]);
  });

  it('does not flap: what goes wrong again before it was over goes on, and between two thresholds nothing changes', () => {
    const flapping = run(120, (s) => (s % 10 < 8 ? senses(wrong('disk_low', 'b')) : senses()));
    expect(flapping).toEqual([]);
    expect(run(120, (s) => (s < 20 || s % 10 < 8 ? senses(wrong('disk_low', 'b')) : senses()))).toEqual([
      '10 disk_low b',
    ]);
    expect(run(120, (s) => senses(wrong('disk_low', 'b', { state: s < 20 ? 'wrong' : 'unclear' })))).toEqual([
      '10 disk_low b',
    ]);
  });

  it('raises the cause and not its symptoms, which have their whole time when it is over', () => {
    const both = (s: number) =>
      s < 200
        ? senses(wrong('detection_blind', 'b', { sinceMs: -44_000 }), wrong('breaker_open'))
        : senses(wrong('detection_blind', 'b', { sinceMs: -44_000 }));
    expect(run(260, both)).toEqual(['0 breaker_open', '205 breaker_open  over at 200', '249 detection_blind b']);
    // The whole festival's blindness is also that of a laptop.
    expect(run(60, () => senses(wrong('detection_blind', 'b'), wrong('detection_blind')))).toEqual([
      '45 detection_blind',
    ]);
  });

  it('knows nothing of what cannot be known', () => {
    const cut = (s: number): Senses =>
      s < 20 ? senses(wrong('breaker_open')) : s < 90 ? { readings: [], unclear: ['breaker_open'] } : senses();
    expect(run(100, cut)).toEqual(['0 breaker_open', '95 breaker_open  over at 90']);
  });

  it('starts anew after the laptop slept', () => {
    const readings = senses(wrong('link_lost', 'b'));
    const before = judge(readings, nothing, 1_000).after;
    const after = judge(readings, before, 3_600_000);
    expect(after.raised).toEqual([]);
    expect(judge(readings, { ...after.after, atMs: 3_719_000 }, 3_720_000).raised).toHaveLength(1);
  });

  it('goes on after a restart with what was raised before', () => {
    const before = judgedBefore([{ kind: 'disk_low', subject: 'b' }], 0);
    expect(run(70, () => senses(wrong('disk_low', 'b')), before)).toEqual([]);
    expect(run(70, () => senses(), before)).toEqual(['60 disk_low b over at 0']);
  });
});
