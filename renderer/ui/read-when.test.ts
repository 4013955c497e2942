import { describe, expect, it } from 'vitest';
import { readWhen, whenText } from './read-when.ts';

const NOW = '2026-07-03T21:04';
const read = (typed: string) => readWhen(typed, 'dateTime', NOW);

describe('a time that is typed', () => {
  it('has its day before its month', () => {
    for (const typed of ['3/7/2026 9:05', '03/07/2026 09:05', '03.07.2026 9h05', ' 3-7-26  09:05 ', '3/7 9:05']) {
      expect(read(typed), typed).toBe('2026-07-03T09:05');
    }
    expect(read('31/12/2025 23h')).toBe('2025-12-31T23:00');
  });

  it('is today where it names no day', () => {
    expect(read('23:15')).toBe('2026-07-03T23:15');
    expect(read('7 h 30')).toBe('2026-07-03T07:30');
  });

  it('may be written as computers do', () => {
    expect(read('2020-07-03T21:04')).toBe('2020-07-03T21:04');
    expect(read('2020-07-03 21:04')).toBe('2020-07-03T21:04');
  });

  it('is refused where there is no such day or time, or where a part of it is missing', () => {
    for (const typed of [
      '',
      'tomorrow',
      '3/7/2026',
      '12/31/2026 10:00',
      '31/6/2026 10:00',
      '3/7/2026 24:00',
      '9:60',
      '9',
    ]) {
      expect(read(typed), typed).toBeNull();
    }
  });

  it('is a day or a time alone where that is asked for', () => {
    expect(readWhen('29/2/2028', 'date', NOW)).toBe('2028-02-29');
    expect(readWhen('29/2/2027', 'date', NOW)).toBeNull();
    expect(readWhen('3/7/2026 10:00', 'date', NOW)).toBeNull();
    expect(readWhen('3/7', 'date', NOW)).toBe('2026-07-03');
    expect(readWhen('18h', 'time', NOW)).toBe('18:00');
    expect(readWhen('3/7/2026 10:00', 'time', NOW)).toBeNull();
  });

  it('is shown as it is read', () => {
    for (const [held, kind] of [
      ['2026-07-03T09:05', 'dateTime'],
      ['2026-12-31', 'date'],
      ['00:00', 'time'],
    ] as const) {
      expect(readWhen(whenText(held), kind, NOW)).toBe(held);
    }
    expect(whenText('2026-07-03T09:05')).toBe('03/07/2026 09:05');
    expect(whenText('next week')).toBe('next week');
  });
});
