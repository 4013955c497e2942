import { array, assert, constantFrom, integer, option, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALARM_LIMITS,
  type Alarm,
  type AlarmMeasure,
  alarmBand,
  alarmFigures,
  PERIOD_MS,
  periodOf,
  urgentShare,
} from './alarm-quality.ts';
import { SEVERITIES } from './severity.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOBODY: ReadonlyMap<number, number> = new Map();
/** 21:00 of a summer evening: a whole period. */
const NINE = Date.UTC(2026, 6, 3, 21);

const anAlarm = (minutes: number, some: Partial<Alarm> = {}): Alarm => ({
  ...{ beginsMs: NINE + minutes * MINUTE, endsMs: null, severity: 'HIGH' },
  ...{ algorithm: 'duplicate_charge', about: 'Bar 1' },
  ...some,
});

const anyAlarm = record({
  beginsMs: integer({ min: 0, max: 3 * DAY }),
  endsMs: option(integer({ min: 0, max: 5 * DAY })),
  severity: constantFrom(...SEVERITIES),
  algorithm: constantFrom('duplicate_charge', 'balance_chain_break', 'reader_silent'),
  about: option(constantFrom('Bar 1', 'Bar 2', 'reader-7')),
});
const alarms = array(anyAlarm, { maxLength: 60 });
const attendance = array(integer({ min: 0, max: 5 }), { maxLength: 500 }).map(
  (counts) => new Map(counts.map((people, period) => [period, people])),
);
const all = { fromMs: 0, toMs: 3 * DAY + PERIOD_MS };

it('an hour, counted by hand', () => {
  const hour = [
    // 21:00 to 21:10: twelve, one person: a flood.
    ...Array.from({ length: 12 }, (_, index) => anAlarm(index * 0.75, { about: `Bar ${index}` })),
    // 21:10 to 21:20: three at one bar within a minute, two people: one and a half each.
    ...[12, 12.3, 12.9].map((at) => anAlarm(at, { severity: 'CRITICAL', about: 'Bar 3' })),
    // 21:20 to 21:30: three at one reader within exactly a minute: no chatter.
    ...[20, 20.5, 21].map((at) => anAlarm(at, { severity: 'LOW', algorithm: 'reader_silent', about: 'r-1' })),
    // 21:59:59, and the hour after.
    anAlarm(59 + 59 / 60, { severity: 'MEDIUM', about: null }),
    anAlarm(60),
    // From the day before: one still open, one that was closed after 23 hours, one after 25.
    anAlarm(-25 * 60),
    anAlarm(-24.5 * 60, { endsMs: NINE - 90 * MINUTE }),
    anAlarm(-24.5 * 60, { endsMs: NINE + 30 * MINUTE }),
  ];
  const figures = alarmFigures(hour, new Map([[periodOf(NINE) + 1, 2]]), { fromMs: NINE, toMs: NINE + HOUR });
  expect(figures).toMatchObject({
    ...{ alarms: 19, perOperator: 12 + 1.5 + 3 + 1, periods: 6, flooded: 1, busiest: 12, standing: 2, sources: 14 },
    chattering: [{ algorithm: 'duplicate_charge', about: 'Bar 3', alarms: 4 }],
    severities: { CRITICAL: 3, HIGH: 12, MEDIUM: 1, LOW: 3, INFO: 0 },
    loudestShare: (4 + 3 + 8) / 19,
  });
  expect(figures.loudest.slice(0, 2).map(({ about, alarms: count }) => [about, count])).toEqual([
    ['Bar 3', 4],
    ['r-1', 3],
  ]);
  expect(urgentShare(figures)).toBe(15 / 19);
});

describe('whatever the alarms', () => {
  it('what comes to one person is never more than what comes, and is all of it where nobody or one is there', () => {
    assert(
      property(alarms, attendance, (some, people) => {
        const figures = alarmFigures(some, people, all);
        expect(figures.perOperator).toBeLessThanOrEqual(figures.alarms);
        expect(alarmFigures(some, NOBODY, all).perOperator).toBe(figures.alarms);
      }),
    );
  });

  it('two stretches that follow on each other have what the whole has', () => {
    assert(
      property(alarms, attendance, integer({ min: 0, max: all.toMs }), (some, people, cut) => {
        const whole = alarmFigures(some, people, all);
        const first = alarmFigures(some, people, { fromMs: all.fromMs, toMs: cut });
        const second = alarmFigures(some, people, { fromMs: cut, toMs: all.toMs });
        expect(first.alarms + second.alarms).toBe(whole.alarms);
        expect(first.perOperator + second.perOperator).toBeCloseTo(whole.perOperator);
        for (const severity of SEVERITIES) {
          const of = (figures: typeof whole) => figures.severities[severity] ?? 0;
          expect(of(first) + of(second)).toBe(of(whole));
        }
      }),
    );
  });

  it('their order says nothing, and shares are shares', () => {
    assert(
      property(alarms, attendance, (some, people) => {
        const figures = alarmFigures(some, people, all);
        expect(alarmFigures(some.toReversed(), people, all)).toEqual({
          ...figures,
          perOperator: expect.closeTo(figures.perOperator),
        });
        expect(figures.loudestShare ?? 0).toBeLessThanOrEqual(1);
        expect(figures.flooded).toBeLessThanOrEqual(figures.periods);
        expect(figures.sources <= 10 ? (figures.loudestShare ?? 1) : 1).toBe(1);
        expect(figures.busiest > 10).toBe(figures.flooded > 0);
      }),
    );
  });
});

describe('a band', () => {
  it.each<[AlarmMeasure, number, string]>([
    ['hour', 6, 'good'],
    ['hour', 12, 'warn'],
    ['hour', 12.5, 'bad'],
    ['tenMinutes', 1, 'good'],
    ['tenMinutes', 11, 'bad'],
    ['day', 144, 'good'],
    ['standing', 5, 'warn'],
    ['chattering', 1, 'warn'],
  ])('%s at %d is %s', (measure, value, band) => expect(alarmBand(measure, value, 1_000)).toBe(band));

  it('is none where there is too little to say', () => {
    expect(alarmBand('loudest', 1, 12)).toBeNull();
    expect(alarmBand('urgent', 1, 12)).toBeNull();
    expect(alarmBand('hour', null, 0)).toBeNull();
  });

  it('the good one ends before the bearable one', () => {
    for (const { good, most } of Object.values(ALARM_LIMITS)) expect(good).toBeLessThan(most);
  });
});
