import { describe, expect, it } from 'vitest';
import { cents } from '../domain/money.ts';
import { calendarText, countdownText, dateTimeText, durationText, moneyText, timeText } from './format.ts';

/** The spaces of a locale do not break a line; here they are only spaces. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('money', () => {
  it.each([
    [-500, '−€5.00', '−5,00 €'],
    [1_550, '€15.50', '15,50 €'],
    [0, '€0.00', '0,00 €'],
    [123_456, '€1,234.56', '1 234,56 €'],
  ])('%i cents are %s and %s', (amount, english, french) => {
    expect(plain(moneyText(cents(amount), 'en'))).toBe(english);
    expect(plain(moneyText(cents(amount), 'fr'))).toBe(french);
  });

  it('shows the sign of a change, and none for nothing', () => {
    const signed = (amount: number) => plain(moneyText(cents(amount), 'en', { signed: true }));
    expect([signed(500), signed(-500), signed(0)]).toEqual(['+€5.00', '−€5.00', '€0.00']);
    expect(plain(moneyText(cents(500), 'fr', { signed: true }))).toBe('+5,00 €');
  });
});

describe('times', () => {
  const paris = (instant: string, now: string, language: 'en' | 'fr' = 'en') =>
    plain(timeText(instant, { language, timeZone: 'Europe/Paris', now: new Date(now) }));

  it('carry no day today', () => {
    expect(paris('2026-07-29T21:14:05Z', '2026-07-29T21:59:00Z')).toBe('23:14');
    expect(paris('2026-07-29T21:14:05Z', '2026-07-29T21:59:00Z', 'fr')).toBe('23:14');
  });

  it('carry the day as soon as it is another one in the festival’s zone', () => {
    expect(paris('2026-07-29T21:59:00Z', '2026-07-29T22:01:00Z')).toBe('29 Jul, 23:59');
    expect(paris('2026-07-29T21:59:00Z', '2026-07-29T22:01:00Z', 'fr')).toBe('29 juil., 23:59');
  });

  it('carry the year when it is another one', () => {
    expect(paris('2025-07-29T21:59:00Z', '2026-07-29T22:01:00Z')).toBe('29 Jul 2025, 23:59');
  });

  it('name the zone in the hour that comes twice, and only then', () => {
    const night = '2026-10-25T12:00:00Z';
    expect(paris('2026-10-24T23:59:00Z', night)).toBe('01:59');
    expect(paris('2026-10-25T00:30:00Z', night)).toBe('02:30 CEST');
    expect(paris('2026-10-25T01:30:00Z', night)).toBe('02:30 CET');
    expect(paris('2026-10-25T02:00:00Z', night)).toBe('03:00');
    expect(paris('2026-10-25T00:30:00Z', night, 'fr')).toBe('02:30 UTC+2');
    expect(paris('2026-10-25T01:30:00Z', night, 'fr')).toBe('02:30 UTC+1');
  });

  it('are whole on paper', () => {
    expect(dateTimeText('2026-07-29T21:14:05Z', 'en', 'Europe/Paris')).toBe('29 July 2026 at 23:14');
    expect(dateTimeText('2026-07-29T21:14:05Z', 'fr', 'Europe/Paris')).toBe('29 juillet 2026 à 23:14');
    expect(dateTimeText('2026-10-25T01:30:00Z', 'en', 'Europe/Paris')).toBe('25 October 2026 at 02:30 CET');
  });
});

describe('a countdown', () => {
  it.each([
    [119_000, '1:59'],
    [119_999, '1:59'],
    [9_000, '0:09'],
    [0, '0:00'],
    [-5, '0:01'],
    [-61_000, '1:01'],
    [3_600_000, '1:00:00'],
    [7_500_000, '2:05:00'],
  ])('of %i ms is %s', (ms, text) => {
    expect(countdownText(ms)).toBe(text);
  });
});

describe('a length of time', () => {
  it.each([
    [0, '0 s', '0 s'],
    [59_900, '59 s', '59 s'],
    [320_000, '5 min 20 s', '5 min 20 s'],
    [7_500_000, '2 h 5 min', '2 h 5 min'],
    [86_399_000, '23 h 59 min', '23 h 59 min'],
    [86_400_000, '1 day', '1 jour'],
    // The minutes of a day are not its hours.
    [172_980_000, '2 days', '2 jours'],
    [183_600_000, '2 days 3 h', '2 jours 3 h'],
  ])('of %i ms is %s and %s', (ms, english, french) => {
    expect(plain(durationText(ms, 'en'))).toBe(english);
    expect(plain(durationText(ms, 'fr'))).toBe(french);
  });
});

it('days and months are those of the calendar, whatever the zone', () => {
  expect(['2026-07-03', '2026-12-31', '2026-07'].map((date) => plain(calendarText(date, 'en')))).toEqual([
    '3 July 2026',
    '31 December 2026',
    'July 2026',
  ]);
  expect(['2026-07-03', '2026-07'].map((date) => plain(calendarText(date, 'fr')))).toEqual([
    '3 juillet 2026',
    'juillet 2026',
  ]);
});
