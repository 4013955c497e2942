import { describe, expect, it } from 'vitest';
import { anAlert, anEvent } from '../testing/alerts.ts';
import { rowId } from './row-id.ts';
import type { Silence } from './silence.ts';
import { silenceOf } from './silence.ts';

const aSilence = (some: Partial<Silence> = {}): Silence => ({
  silenceId: '00000000-0000-7000-8000-000000000000',
  algorithm: 'reader_failure_spike',
  device: null,
  cardId: null,
  reason: 'the reader is being changed',
  by: 'Léa',
  laptop: 'booth-1',
  from: '2026-07-03T21:00:00.000Z',
  until: '2026-07-03T22:00:00.000Z',
  endedBy: null,
  waiting: false,
  ...some,
});
const NOW = Date.parse('2026-07-03T21:30:00.000Z');
const reader = (device: string) => anEvent({ facts: { device_identifier: device } });

describe('a silence', () => {
  it('holds what it matches, and nothing a moment after its end', () => {
    const alert = anAlert(reader('reader-1'));
    expect(silenceOf(alert, [aSilence()], NOW)?.by).toBe('Léa');
    expect(silenceOf(alert, [aSilence()], Date.parse('2026-07-03T22:00:00.000Z'))).toBeNull();
  });

  it.each([
    ['another kind', { algorithm: 'reader_silent' }],
    ['another reader', { device: 'reader-2' }],
    ['another card', { cardId: '04FA' }],
  ])('of %s holds nothing', (_, some) => {
    expect(silenceOf(anAlert(reader('reader-1')), [aSilence(some)], NOW)).toBeNull();
  });

  it('of one reader does not hold what is about several', () => {
    const both = anEvent({ facts: { devices: ['reader-1', 'reader-2'] } });
    expect(silenceOf(anAlert(both), [aSilence({ device: 'reader-1' })], NOW)).toBeNull();
  });

  it('holds no incident of which one open alert is not covered, and ends with the first of several', () => {
    const other = anEvent({ eventId: rowId(2), algorithm: 'reader_silent' });
    const alert = anAlert(reader('reader-1'), [other]);
    expect(silenceOf(alert, [aSilence()], NOW)).toBeNull();
    const shorter = aSilence({ algorithm: 'reader_silent', until: '2026-07-03T21:40:00.000Z' });
    expect(silenceOf(alert, [aSilence(), shorter], NOW)).toBe(shorter);
    expect(
      silenceOf(anAlert(reader('reader-1'), [{ ...other, status: 'RESOLVED' }]), [aSilence()], NOW),
    ).not.toBeNull();
  });

  it('never holds what moved money, be it one of thousands in a storm that nobody has at hand', () => {
    const money = anEvent({ movedMoney: true });
    expect(silenceOf(anAlert(money), [aSilence()], NOW)).toBeNull();
    const storm = anAlert(reader('reader-1'), [], { linkedCount: 900, storm: 'storm' });
    expect(silenceOf(storm, [aSilence()], NOW)).not.toBeNull();
    expect(silenceOf({ ...storm, movedMoney: true }, [aSilence()], NOW)).toBeNull();
    expect(silenceOf(storm, [aSilence({ device: 'reader-1' })], NOW)).toBeNull();
  });
});
